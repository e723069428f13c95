/** Judges golden cases on WebGPU: the judge and the components of the terminal, in a worker as the model's own are. */
import { findComponent } from '../parity/components.ts';
import { judgeCase } from '../parity/judge.ts';
import { answering } from './answering.ts';
import { httpFolder } from './http-folder.ts';
import type { JudgeRequest } from './messages.ts';

answering(
  ({ name, base, files }: JudgeRequest, runtime) => judgeCase(name, httpFolder(base, files), runtime, findComponent),
  ({ layout }) => layout,
);
