/** The headers of `public/_headers`, by name; the build puts them in the module's place. */
declare module 'virtual:headers' {
  const headers: readonly (readonly [name: string, value: string])[];
  export default headers;
}
