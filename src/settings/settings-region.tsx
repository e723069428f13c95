import { type MouseEvent, type ReactNode, useEffect, useId } from 'react';
import { servesCfg } from '../../session/negatives.ts';
import { dismissArchiveNews } from '../actions/archive.ts';
import { keepToChat, resetSettings, set } from '../actions/set.ts';
import { useByFrames } from '../app/by-frames.ts';
import { Check, CheckField } from '../app/check.tsx';
import { ClosePanel } from '../app/close-panel.tsx';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { settingsButtonId } from '../app/header.tsx';
import { usePanelFocus } from '../app/panel-focus.ts';
import { draftsOf, goodOf } from '../state/own-settings.ts';
import { DataFields } from './data-fields.tsx';
import { drawsInFewer } from './few-steps.ts';
import { eachStep, isGood, usedSeed, wholeRange } from './fields.ts';
import { Choice, NumberInput, TextInput } from './inputs.tsx';
import { LanguageAndTheme } from './language-and-theme.tsx';
import { NegativeField } from './negative-field.tsx';
import { PageFields } from './page-fields.tsx';
import { PresetField } from './preset-field.tsx';
import { sizesFor } from './sizes.ts';

export function SettingsRegion() {
  const { page } = useWords();
  const words = page.settings;
  const open = useSelect((state) => state.panel === 'settings');
  const panel = usePanelFocus<HTMLElement>(open, settingsButtonId);
  useReadNews(open);
  if (!open) return null;
  return (
    <section ref={panel} className="settings" aria-label={words.settings} tabIndex={-1}>
      <Heading />
      <LanguageAndTheme />
      <ChatScope />
      <Groups />
    </section>
  );
}

const groups = [
  ['turn', TurnFields],
  ['picture', PictureFields],
  ['words', WordFields],
  ['data', DataFields],
  ['page', PageFields],
] as const;

/** All at once they would hold up the page. */
function Groups() {
  const titles = useWords().page.settings.groups;
  const rendered = useByFrames(1, 1, (count) => count < groups.length);
  return groups.slice(0, rendered).map(([name, Fields]) => (
    <Group key={name} title={titles[name]}>
      <Fields />
    </Group>
  ));
}

/** What an export or import came to was read here, and does not follow to every chat. */
function useReadNews(open: boolean): void {
  const app = useApp();
  useEffect(() => {
    if (!open) return;
    return () => dismissArchiveNews.perform(app);
  }, [open, app]);
}

function Heading() {
  const words = useWords().page.settings;
  const perform = usePerform();
  const changed = useSelect(resetSettings.when);
  const isOwn = useSelect(({ own, current }) => own[current] !== undefined);
  /** The button goes, and leaves the focus to what it stands in. */
  const reset = ({ currentTarget }: MouseEvent<HTMLElement>) => {
    currentTarget.closest('section')?.focus();
    perform(resetSettings);
  };
  return (
    <header>
      <h2>{words.settings}</h2>
      {changed && (
        <button type="button" className="link" onClick={reset}>
          {isOwn ? words.ownChat.reset : words.reset}
        </button>
      )}
      <ClosePanel label={words.close} />
    </header>
  );
}

/** Whether what is changed of messages, pictures and words is the open chat's own. */
function ChatScope() {
  const words = useWords().page.settings.ownChat;
  const perform = usePerform();
  const isOwn = useSelect(({ own, current }) => own[current] !== undefined);
  return (
    <div className="chat-scope">
      <CheckField
        label={words.label}
        hint={isOwn ? words.own : words.general}
        checked={isOwn}
        choose={(checked) => perform(keepToChat, checked ? 'own' : 'general')}
      />
    </div>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot be laid out in a grid
    <div className="group" role="group" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </div>
  );
}

/** The bundle that the fields are of. While another is opened it is the last one, and they cannot be changed. */
const useBundle = () => useSelect(({ lastBundle }) => lastBundle ?? undefined);

function TurnFields() {
  const words = useWords().page.settings;
  const bundle = useBundle();
  const single = bundle !== undefined && bundle.decoders.length < 2 ? { unavailable: words.noDecoder } : {};
  return (
    <>
      <Choice name="task" fallback="auto" options={Object.entries(words.tasks)} />
      <Choice name="decoder" fallback="auto" options={Object.entries(words.decoders)} {...single} />
    </>
  );
}

function PictureFields() {
  const words = useWords().page.settings;
  const bundle = useBundle();
  const { defaults } = bundle ?? {};
  const [from, to] = wholeRange;
  const chosen = useSelect((state) => goodOf(state).size);
  const sizes = bundle === undefined ? [] : sizesFor(bundle, chosen);
  const noCfg = bundle !== undefined && !servesCfg(bundle) ? { unavailable: words.noNegative } : {};
  return (
    <>
      {bundle !== undefined && <PresetField bundle={bundle} />}
      <Choice
        name="size"
        fallback="auto"
        options={[['auto', words.sizeAuto], ...sizes.map((size) => [size, size.replace('x', ' × ')] as const)]}
      />
      <NumberInput name="steps" fallback={defaults?.steps} />
      <DraftField />
      <SeedFields />
      <NumberInput name="guidance" fallback={defaults?.guidance} />
      <NumberInput name="cfg" fallback={defaults?.cfg} {...noCfg} />
      <div className="pair">
        <NumberInput name="cfgFrom" fallback={from} {...noCfg} />
        <NumberInput name="cfgTo" fallback={to} {...noCfg} />
      </div>
      <NumberInput name="stepCache" fallback={eachStep} />
      <NegativeField />
      <NumberInput name="strength" fallback={defaults?.strength} />
    </>
  );
}

function DraftField() {
  const words = useWords().page.settings;
  const perform = usePerform();
  const isDraft = useSelect((state) => draftsOf(state).draft === true);
  const bundle = useBundle();
  const isServed = useSelect((state) => bundle === undefined || drawsInFewer(goodOf(state), bundle));
  return (
    <CheckField
      label={words.draft}
      hint={isServed ? words.draftHint : words.noDraft}
      checked={isDraft && isServed}
      disabled={!isServed}
      choose={(checked) => perform(set, 'draft', checked)}
    />
  );
}

function SeedFields() {
  const words = useWords().page.settings;
  const perform = usePerform();
  const locked = useSelect((state) => draftsOf(state).lockSeed === true);
  const used = useSelect((state) => usedSeed(goodOf(state)));
  return (
    <>
      <TextInput
        name="seed"
        placeholder={words.seedPlaceholder}
        isRight={(written) => isGood('seed', written)}
        wrong={words.seedRange(used)}
      />
      <Check label={words.lockSeed} checked={locked} choose={(checked) => perform(set, 'lockSeed', checked)} />
    </>
  );
}

function WordFields() {
  const words = useWords().page.settings;
  const defaults = useBundle()?.defaults;
  return (
    <>
      <NumberInput name="temperature" fallback={defaults?.temperature} />
      <NumberInput name="topP" fallback={defaults?.topP} />
      <NumberInput name="maxTokens" fallback={defaults?.maxTokens} />
      <Choice name="prefill" fallback="pass" options={Object.entries(words.prefills)} />
    </>
  );
}
