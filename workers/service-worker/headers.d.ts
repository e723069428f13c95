/** The rules of `public/_headers`: a path, as the source of a regular expression, and its headers; the build writes them here. */
declare module 'virtual:headers' {
  const rules: readonly (readonly [path: string, headers: readonly (readonly [name: string, value: string])[]])[];
  export default rules;
}
