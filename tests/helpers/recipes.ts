import type { Recipe } from '../../model/recipe/recipe.ts';

/** A recipe of an edit, with every field set. */
export function exampleRecipe(): Recipe {
  const hash = (digit: string) => digit.repeat(64);
  return {
    format: 'nexus-gen-recipe',
    version: 2,
    bundle: { id: 'nano', sha256: hash('a') },
    task: 'auto',
    form: 'plain',
    language: 'auto',
    messages: [
      { from: 'person', text: '画一只猫 🐈 <image>', images: [hash('b')] },
      { from: 'model', text: 'Here is the image: <image>', drawn: hash('c') },
      { from: 'person', text: 'make it night', images: [] },
    ],
    images: [
      { sha256: hash('b'), width: 640, height: 480 },
      { sha256: hash('c'), width: 128, height: 128 },
    ],
    reference: hash('c'),
    start: null,
    seed: '18446744073709551615',
    steps: 4,
    schedule: { kind: 'flow-match', shift: 3, sigma_min: 0.003 / 1.002, sigma_max: 1, train_timesteps: 1000 },
    cfg: 1,
    guidance: 3.5,
    negative: '',
    size: { width: 128, height: 128 },
    decoder: 'editing',
    strength: 1,
    prefill: 'pass',
    sampling: { temperature: 0, topP: 1, maxTokens: 1024 },
    embeddings: hash('d'),
    versions: { 'nexus-gen-web': '0.1.0' },
    device: { kind: 'wasm', adapter: '', activations: 'float32' },
  };
}
