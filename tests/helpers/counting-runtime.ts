/** The processor's runtime, which counts the passes of a transformer of one segment. */
import { ort } from '../../cli/ort.ts';
import type { GraphFile, Program } from '../../workers/gpu/runtime.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';

export class CountingRuntime extends WasmRuntime {
  passes = 0;

  constructor() {
    super(ort);
  }

  override async load(file: GraphFile): Promise<Program> {
    const program = await super.load(file);
    if (file.name !== 'transformer') return program;
    return {
      ...program,
      run: (...order) => {
        this.passes += 1;
        return program.run(...order);
      },
    };
  }
}
