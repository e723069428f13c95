/**
 * Where the published files lie, as data: which host lists which of them, where each is asked for, and what it is given under.
 * FLUX's autoencoder, text encoders and their tokenizers are those of FLUX.1-schnell, the same files under a freer licence (docs/reference.md,
 * "Pieces").
 */

/** Files of one repository, and the folder that they stand for in a checkpoint. */
export interface OfficialRepository {
  readonly name: string;
  /** A branch, which is pinned to the version it has when it is listed. */
  readonly revision: string;
  readonly folder: 'Nexus-GenV2/' | 'FLUX.1-dev/';
  /** Which of its files are of the checkpoint. */
  readonly files: RegExp;
}

export interface OfficialLayout {
  readonly name: string;
  /** A mirror has another. */
  readonly base: string;
  /** Where answers may come from beside the base; `*.` stands for any host below. */
  readonly hosts: readonly string[];
  readonly api: 'huggingface' | 'modelscope';
  readonly repositories: readonly OfficialRepository[];
}

const nexusFiles =
  /^(config|generation_config|tokenizer|tokenizer_config|chat_template|special_tokens_map|model\.safetensors\.index)\.json$|^model-\d+-of-\d+\.safetensors$|^(generation_decoder|edit_decoder)\.bin$/;
const fluxFiles =
  /^ae\.safetensors$|^text_encoder\/(config\.json|model\.safetensors)$|^text_encoder_2\/(config\.json|model\.safetensors\.index\.json|model(-\d+-of-\d+)?\.safetensors)$|^tokenizer\/(vocab\.json|merges\.txt)$|^tokenizer_2\/tokenizer\.json$/;

const nexus = { folder: 'Nexus-GenV2/', files: nexusFiles } as const;
/** Some hosts give them only to those who accepted their licence there. */
export const gatedRepository = 'black-forest-labs/FLUX.1-schnell';
const flux = { name: gatedRepository, folder: 'FLUX.1-dev/', files: fluxFiles } as const;

export const officialLayouts = {
  huggingface: {
    name: 'Hugging Face',
    base: 'https://huggingface.co/',
    hosts: ['*.huggingface.co', '*.hf.co'],
    api: 'huggingface',
    repositories: [
      { ...nexus, name: 'modelscope/Nexus-GenV2', revision: 'main' },
      { ...flux, revision: 'main' },
    ],
  },
  modelscope: {
    name: 'ModelScope',
    base: 'https://modelscope.cn/',
    hosts: ['*.modelscope.cn'],
    api: 'modelscope',
    repositories: [
      { ...nexus, name: 'DiffSynth-Studio/Nexus-GenV2', revision: 'master' },
      { ...flux, revision: 'master' },
    ],
  },
} as const satisfies Readonly<Record<string, OfficialLayout>>;

/** The page of a repository, on which its licence is accepted. */
export function pageOf({ api }: Pick<OfficialLayout, 'api'>, repository: string, base: URL | string): string {
  return new URL(api === 'modelscope' ? `models/${repository}` : repository, base).href;
}

export const officialLayoutNames = ['huggingface', 'modelscope'] as const satisfies readonly OfficialLayoutName[];
export type OfficialLayoutName = keyof typeof officialLayouts;

/** What the published files are given under, as their owners say it. */
export const officialLicences = [
  'Nexus-Gen V2: Apache-2.0. https://huggingface.co/modelscope/Nexus-GenV2',
  'Its decoders are trained from FLUX.1-dev: FLUX.1 [dev] Non-Commercial License. https://huggingface.co/black-forest-labs/FLUX.1-dev/blob/main/LICENSE.md',
  'Autoencoder and text encoders from FLUX.1-schnell: Apache-2.0. https://huggingface.co/black-forest-labs/FLUX.1-schnell',
] as const;
