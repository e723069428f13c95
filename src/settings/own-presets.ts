/** Settings that a person keeps under a name of their own: what of the fields is kept, and their file. */
import { fail } from '../../model/failure.ts';
import { type Drafts, isGood, numberFieldNames, type SettingName } from './fields.ts';

declare const brand: unique symbol;
export type PresetId = string & { readonly [brand]: 'PresetId' };

/** Brands the id of a new or a stored preset. */
export const presetIdOf = (stored: string) => stored as PresetId;

export interface OwnPreset {
  readonly id: PresetId;
  readonly name: string;
  /** A field that is absent follows the bundle. */
  readonly fields: Drafts;
}

export const longestPresetName = 60;

const format = 'nexus-gen-preset';
const version = 1;
/** A file of fields is small; anything larger is something else. */
const mostBytes = 64 * 1024;

/** A seed is of one picture. */
const ownOfPicture: readonly string[] = ['seed', 'lockSeed'] satisfies readonly SettingName[];

/** All other fields that this version knows. */
const keptFields: ReadonlySet<string> = new Set<SettingName>([
  'task',
  'size',
  'decoder',
  'prefill',
  'negative',
  'draft',
  ...numberFieldNames,
]);

/** The fields that a preset keeps. */
export function fieldsKept(good: Drafts): Drafts {
  return Object.fromEntries(Object.entries(good).filter(([name]) => !ownOfPicture.includes(name)));
}

/** The fields with a preset's in place of all that it keeps. */
export function withOwnPreset(drafts: Drafts, { fields }: OwnPreset): Drafts {
  const own = Object.entries(drafts).filter(([name]) => ownOfPicture.includes(name));
  return { ...Object.fromEntries(own), ...fields };
}

/** The preset that the fields agree with; a field that says "auto" or nothing is as one that is absent. */
export function ownPresetOf(good: Drafts, presets: readonly OwnPreset[]): OwnPreset | undefined {
  const written = textOf(good);
  return presets.find(({ fields }) => textOf(fields) === written);
}

function textOf(drafts: Drafts): string {
  const told = Object.entries(fieldsKept(drafts)).filter(([, draft]) => draft !== '' && draft !== 'auto');
  return JSON.stringify(told.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** A name that no other has: "Night", "Night (2)". */
export function freeName(name: string, presets: readonly OwnPreset[]): string {
  const taken = new Set(presets.map((preset) => preset.name));
  const wanted = name.trim().slice(0, longestPresetName);
  for (let number = 1; ; number += 1) {
    const free = number === 1 ? wanted : `${wanted} (${number})`;
    if (!taken.has(free)) return free;
  }
}

export function presetFile({ name, fields }: OwnPreset): Blob {
  const text = JSON.stringify({ format, version, name, settings: fields }, null, 2);
  return new Blob([text], { type: 'application/json' });
}

/**
 * Nothing of a file is taken on trust.
 *
 * @throws PRESET_FILE
 */
export async function readPresetFile(file: Pick<File, 'name' | 'size' | 'text'>): Promise<Omit<OwnPreset, 'id'>> {
  const refuse = (problem: 'foreign' | 'newer' | 'fields') => fail('PRESET_FILE', { file: file.name, problem });
  if (file.size > mostBytes) return refuse('foreign');
  const read = jsonOf(await file.text());
  if (typeof read !== 'object' || read === null || !('format' in read) || read.format !== format)
    return refuse('foreign');
  if (!('version' in read) || read.version !== version) return refuse('newer');
  const name = 'name' in read ? read.name : undefined;
  const fields = 'settings' in read ? fieldsOf(read.settings) : null;
  if (typeof name !== 'string' || name.trim() === '' || fields === null) return refuse('fields');
  return { name: name.trim().slice(0, longestPresetName), fields };
}

/** What is stored as a preset, or null where it cannot be right. */
export function storedPreset(id: string, stored: unknown): OwnPreset | null {
  if (typeof stored !== 'object' || stored === null || !('name' in stored) || !('fields' in stored)) return null;
  const fields = fieldsOf(stored.fields);
  if (typeof stored.name !== 'string' || stored.name === '' || fields === null) return null;
  return { id: presetIdOf(id), name: stored.name.slice(0, longestPresetName), fields };
}

/** Null where a value is none of its field; fields that this version does not know are passed over. */
function fieldsOf(stored: unknown): Drafts | null {
  if (typeof stored !== 'object' || stored === null) return null;
  const known = Object.entries(stored).filter(([name]) => keptFields.has(name));
  const isWhole = known.every(
    ([name, draft]) => (typeof draft === 'string' || typeof draft === 'boolean') && isGood(name as SettingName, draft),
  );
  return isWhole ? Object.fromEntries(known) : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
