/**
 * Lets the messages through that came meanwhile, a Stop among them. On WebGPU every answer of the device does; the wasm
 * provider computes without ever giving its thread back.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
