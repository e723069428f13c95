import type { AreaWords } from '../../words/area.ts';
import { Icon } from '../app/icon.tsx';
import { ZoomButtons } from '../picture/zoom-buttons.tsx';
import type { AreaTool } from './area-canvas.ts';
import { type Area, brushSizes } from './use-area.ts';

const tools: readonly AreaTool[] = ['brush', 'eraser', 'rectangle'];

export function AreaBar({ area, words }: { readonly area: Area; readonly words: AreaWords }) {
  const { area: marks, stage, tool, setTool, size, setSize, selected } = area;
  return (
    <div className="tool-bar">
      <fieldset className="tool-group" aria-label={words.tools}>
        {tools.map((name) => (
          <button key={name} type="button" aria-pressed={tool === name} onClick={() => setTool(name)}>
            <Icon name={name} />
            {words.tool[name]}
          </button>
        ))}
      </fieldset>
      <label className="area-size">
        {words.size}
        <input
          type="range"
          min={brushSizes.least}
          max={brushSizes.most}
          value={size}
          disabled={tool === 'rectangle'}
          onChange={({ currentTarget }) => setSize(currentTarget.valueAsNumber)}
        />
      </label>
      <div className="tool-group">
        <button type="button" onClick={() => marks.current?.invert()}>
          {words.invert}
        </button>
        <button type="button" onClick={() => marks.current?.clear()}>
          {words.clear}
        </button>
        <button type="button" aria-disabled={selected.canUndo ? undefined : true} onClick={() => marks.current?.undo()}>
          <Icon name="undo" />
          {words.undo}
        </button>
        <button type="button" aria-disabled={selected.canRedo ? undefined : true} onClick={() => marks.current?.redo()}>
          <Icon name="redo" />
          {words.redo}
        </button>
      </div>
      <div className="area-tools">
        <ZoomButtons stage={stage} fit={words.fit} />
      </div>
    </div>
  );
}
