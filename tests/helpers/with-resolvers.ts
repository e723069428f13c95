/** Browsers with WebGPU have `Promise.withResolvers`; Node 20, which runs the tests, does not yet. */
if (!('withResolvers' in Promise)) {
  Object.defineProperty(Promise, 'withResolvers', {
    value: <Result>() => {
      let resolve: (value: Result) => void = () => undefined;
      let reject: (reason: unknown) => void = () => undefined;
      const promise = new Promise<Result>((fulfil, refuse) => {
        resolve = fulfil;
        reject = refuse;
      });
      return { promise, resolve, reject };
    },
  });
}
