/** Looking at where a model lies: what is found there is offered, and nothing is installed. */
import type { InstallSource, ModelKey, TokenCounts } from '../../workers/library/protocol.ts';
import type { Opened } from '../../workers/protocol.ts';
import { openFolder } from '../library/folders.ts';
import type { Offered, SourceForm, TriedAt } from '../state/library.ts';
import type { Action, App } from './app.ts';
import { change, deviceOf, openedNow, tell } from './library.ts';

/** Opens a form, fills it in or, with null, closes it. What was tried with a form that closes is given up, and so is what went wrong with it. */
export const fillForm: Action<[form: SourceForm | null]> = {
  when: () => true,
  perform(app, form) {
    const { form: before, looking, trouble } = app.store.getState().library;
    if (before?.kind === form?.kind) return change(app, { form });
    change(app, {
      form,
      looking: isOfForm(looking) ? null : looking,
      trouble: trouble !== null && isOfForm(trouble.at) ? null : trouble,
    });
  },
};

/** Has it counted what the official files come to, and how they would run beside the model that is open. */
export const countPublished: Action<[opened: Opened | null]> = {
  when: () => true,
  perform(app, opened) {
    app.library
      .ask((worker) => worker.published(deviceOf(opened)))
      .then(
        (published) => change(app, { published }),
        (error: unknown) => tell(app, error, { kind: 'official' }),
      );
  },
};

const isOfForm = (at: TriedAt | null) => at?.kind === 'address' || at?.kind === 'official' || at?.kind === 'folder';

/** Looks at a source and shows what would be installed, in the place of the form that it was given in. A later look takes the place of one under way. */
export const lookAt: Action<[source: InstallSource, at: TriedAt]> = {
  when: () => true,
  perform(app, source, at) {
    // What is offered stays, with what was written there, until there is another.
    change(app, { looking: at, trouble: null });
    // Objects differ: of two looks from one form only the later is still waited for.
    const isAwaited = () => app.store.getState().library.looking === at;
    app.library
      .ask((worker) => worker.look(source, deviceOf(openedNow(app))))
      .then(
        (offer) => {
          if (!isAwaited()) return;
          const { form } = app.store.getState().library;
          const offered = { source, offer, lengths: {}, refused: null };
          change(app, { looking: null, offered, form: form?.kind === at.kind ? null : form });
        },
        (error: unknown) => {
          if (!isAwaited()) return;
          change(app, { looking: null });
          tell(app, error, at, source);
        },
      );
  },
};

/** Looks again where the host that an address led to is allowed. */
export const allowHost: Action<[host: string]> = {
  when: ({ library }) => hasHosts(library.trouble?.source),
  perform(app, host) {
    const { trouble } = app.store.getState().library;
    const source = trouble?.source;
    if (trouble && hasHosts(source))
      lookAt.perform(app, { ...source, hosts: [...source.hosts, host] }, { ...trouble.at });
  },
};

function hasHosts(source: InstallSource | null | undefined): source is Extract<InstallSource, { hosts: unknown }> {
  return source?.kind === 'address' || source?.kind === 'official';
}

/** Has words counted that are written for an offer, where its files have what reads them. */
export const countWords: Action<[texts: readonly string[]]> = {
  when: ({ library }) => library.offered?.offer.words?.cost.from === 'encoders',
  perform(app, texts) {
    const { offered } = app.store.getState().library;
    const uncounted = texts.filter((text) => offered?.lengths[text] === undefined);
    if (offered === null || uncounted.length === 0) return;
    app.library
      .ask((worker) => worker.wordsLengths(offered.source, uncounted))
      .then(
        (counts) => noteLengths(app, offered, Object.fromEntries(uncounted.map((text, at) => [text, counts?.[at]]))),
        // What is wrong with their files is told when they are made.
        () => undefined,
      );
  },
};

function noteLengths(app: App, { offer }: Offered, counted: Readonly<Record<string, TokenCounts | undefined>>): void {
  const { offered } = app.store.getState().library;
  if (offered?.offer !== offer) return;
  const known = Object.entries(counted).flatMap(([text, counts]) =>
    counts === undefined ? [] : [[text, counts] as const],
  );
  change(app, { offered: { ...offered, lengths: { ...offered.lengths, ...Object.fromEntries(known) } } });
}

/** Has the person choose a folder of this machine, and looks at it. */
export const lookInFolder: Action = {
  when: ({ library }) => library.looking === null,
  perform: (app) => void lookInChosen(app, { kind: 'folder' }),
};

async function lookInChosen(app: App, at: TriedAt): Promise<void> {
  try {
    const source = await openFolder();
    if (source !== null) lookAt.perform(app, source, at);
  } catch (error) {
    tell(app, error, at);
  }
}

/** Looks at a model that was dropped, once its files are listed. */
export const lookAtDropped: Action<[source: Promise<InstallSource>]> = {
  when: ({ library }) => library.looking === null,
  perform(app, source) {
    const at: TriedAt = { kind: 'folder' };
    source.then(
      (found) => lookAt.perform(app, found, at),
      (error: unknown) => tell(app, error, at),
    );
  },
};

/** Looks at where a model was made, for what it lacks; a folder or dropped files have to be given again. */
export const addToModel: Action<[key: ModelKey]> = {
  when: ({ library }, key) => library.looking === null && library.work[key] === undefined,
  perform(app, key) {
    const at: TriedAt = { kind: 'model', key };
    const source = app.store.getState().library.models?.find((model) => model.key === key)?.source;
    const from = source?.kind === 'checkpoint' ? source.from : null;
    if (from === null) void lookInChosen(app, at);
    else lookAt.perform(app, from.kind === 'official' ? { ...from, token: null } : from, at);
  },
};
