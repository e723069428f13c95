/** What can be installed of a model by itself: abilities, and what those that draw may have beside. */

export const abilities = ['chat', 'draw', 'edit'] as const;
export type Ability = (typeof abilities)[number];

/**
 * What a bundle may have beside an ability: the layers that compute the modulation of schedules it holds no table of, and the
 * text embeddings that CFG steers away from.
 */
export const extras = ['other-schedules', 'negative'] as const;
export type Extra = (typeof extras)[number];
export const installables = [...abilities, ...extras] as const;
export type Installable = Ability | Extra;

/** Bytes of a model: of all of it, of each ability (null where it is not there), and of what an extra adds. */
export interface InstallableBytes {
  readonly bytes: number;
  readonly abilities: Readonly<Record<Ability, number | null>>;
  readonly extras: Readonly<Record<Extra, { readonly bytes: number } | null>>;
}

/** Bytes of the whole without what is not wanted. */
export function wantedBytes(of: InstallableBytes, wanted: readonly Installable[]): number {
  const left = [
    ...abilities.map((ability) => (wanted.includes(ability) ? 0 : (of.abilities[ability] ?? 0))),
    ...extras.map((extra) => (wanted.includes(extra) ? 0 : (of.extras[extra]?.bytes ?? 0))),
  ];
  return left.reduce((bytes, size) => bytes - size, of.bytes);
}
