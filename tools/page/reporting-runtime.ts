/**
 * Tells the terminal after each call to the device, and each weight that is read for it, that this page still works: a call that
 * never ends is then noticed.
 */
import { forwarded, type Program, type Runtime } from '../../workers/gpu/runtime.ts';

export function reporting(runtime: Runtime, alive: () => void): Runtime {
  const told = async <Result>(result: Promise<Result>): Promise<Result> => {
    const settled = await result;
    alive();
    return settled;
  };
  const program = async (loading: Promise<Program>): Promise<Program> => {
    const loaded = await told(loading);
    return { run: (...inputs) => told(loaded.run(...inputs)), release: () => told(loaded.release()) };
  };
  return {
    ...forwarded(runtime),
    load: (file) => program(runtime.load(file)),
    build: (graph, readStored) => program(runtime.build(graph, (name) => told(readStored(name)))),
    upload(...tensor) {
      const uploaded = runtime.upload(...tensor);
      alive();
      return uploaded;
    },
    read: (tensor) => told(runtime.read(tensor)),
    rows: (...wanted) => told(runtime.rows(...wanted)),
    settled: () => told(runtime.settled()),
    close: () => told(runtime.close()),
  };
}
