import type { AreaWords } from '../../words/area.ts';
import { Icon } from '../app/icon.tsx';
import { IconButton } from '../app/icon-button.tsx';
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
      <div className="tool-group area-zoom">
        <ZoomButtons stage={stage} fit={words.fit} />
      </div>
      <div className="tool-group">
        <button type="button" onClick={() => marks.current?.invert()}>
          {words.invert}
        </button>
        <button type="button" onClick={() => marks.current?.clear()}>
          {words.clear}
        </button>
        <IconButton icon="undo" label={words.undo} press={() => marks.current?.undo()} available={selected.canUndo} />
        <IconButton icon="redo" label={words.redo} press={() => marks.current?.redo()} available={selected.canRedo} />
      </div>
    </div>
  );
}
