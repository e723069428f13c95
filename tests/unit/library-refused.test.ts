/** What is wrong with the files of a checkpoint is told in a sentence before anything is begun, and nothing of it is kept. */
import { expect, test } from 'vitest';
import { pickle } from '../../tools/checkpoint/state-pickle.ts';
import { failureSentence } from '../../words/words.ts';
import { torchZip } from '../helpers/checkpoints.ts';
import { files } from '../helpers/conversion.ts';
import { CountedFiles, fakeBundle, openLibrary } from '../helpers/fake-library.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';
import { words } from '../helpers/words.ts';

const source = { kind: 'files', name: 'checkpoint', files: [] } as const;
const [shard, index] = ['Nexus-GenV2/model-00002-of-00002.safetensors', 'Nexus-GenV2/model.safetensors.index.json'];
const [decoder, autoencoder] = ['Nexus-GenV2/generation_decoder.bin', 'FLUX.1-dev/ae.safetensors'];
const bytesOf = (path: string) => files.get(path) ?? expect.fail(path);
const text = (words: string) => new TextEncoder().encode(words);

const lyingIndex = () => {
  const { weight_map, ...rest } = JSON.parse(new TextDecoder().decode(bytesOf(index)));
  const [first = ''] = Object.keys(weight_map);
  return text(JSON.stringify({ ...rest, weight_map: { ...weight_map, [first]: shard.replace(/^.*\//, '') } }));
};
const foreign = () => torchZip(pickleOf(), new Map());
const pickleOf = () =>
  Buffer.concat([Uint8Array.of(0x80, 2), pickle.global('os', 'system'), pickle.mark(), pickle.tuple(), pickle.stop()]);

test.each<[string, string, Uint8Array | null, RegExp]>([
  [
    'a file of another model',
    autoencoder,
    bytesOf(shard),
    /ae\.safetensors looks like .*, expected FLUX’s autoencoder\. .*Choose the file of the right/,
  ],
  [
    'a shard that is missing',
    shard,
    null,
    /names the part model-00002-of-00002\.safetensors, which is not there\. .*Check that all parts are there/,
  ],
  [
    'an index that lies',
    index,
    lyingIndex(),
    /says that model-00002-of-00002\.safetensors holds the tensor .*, which is not in it\. .*Check that all parts/,
  ],
  ['a truncated file', autoencoder, bytesOf(autoencoder).slice(0, 4000), /ae\.safetensors .*[Nn]othing was changed/],
  ['a truncated archive', decoder, bytesOf(decoder).slice(0, 4000), /generation_decoder\.bin .*[Nn]othing was changed/],
  [
    'a page in the place of weights',
    autoencoder,
    text('<!doctype html><title>Sign in</title>'),
    /ae\.safetensors .*page/,
  ],
  ['a pickle that would run something', decoder, foreign(), /asks to run os system.*Nothing was run/],
])('%s', async (_, path, bytes, says) => {
  const given = new Map(files);
  if (bytes === null) given.delete(path);
  else given.set(path, bytes);
  const disk = new FaultFolder();
  const library = openLibrary(disk, new CountedFiles(fakeBundle()), { checkpoint: bytesFolder(given) });
  const failure = await failureFrom(() => library.look(source, null));
  expect(failureSentence(words.en, failure)).toMatch(says);
  expect(failureSentence(words.zh, failure)).toMatch(/\p{Script=Han}/u);
  expect(disk.fileNames).toEqual([]);
});
