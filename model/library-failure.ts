/** The failures of installing models and of keeping them. */
export interface LibraryFailureData {
  /** What was given as the address of a model's folder, and is no address that can be asked. */
  ADDRESS_INVALID: { readonly address: string };
  /** A host that the person did not name: an address, or where it leads. */
  HOST_REFUSED: { readonly host: string };
  /** A file that its host gives only to those who accepted its licence, which they do at `gate`. */
  MODEL_GATED: { readonly file: string; readonly host: string; readonly gate: string };
  /** There is no room for a model: so many bytes of it are missing. */
  INSTALL_FULL: { readonly name: string; readonly needed: number };
  /** The browser could not write a model's file, or threw away what it had written; `detail` is its own error. */
  INSTALL_UNWRITTEN: { readonly name: string; readonly detail: string };
  /** The files that an installation was begun from are not at hand any more; `from` is their folder. */
  SOURCE_NEEDED: { readonly name: string; readonly from: string };
  /** Another tab installs, verifies or deletes this model. */
  MODEL_BUSY: { readonly name: string };
  /** A model whose files would change is open, here or in another tab. */
  MODEL_IN_USE: { readonly name: string };
  /** An installed model of which so many bytes were found missing or changed. */
  MODEL_DAMAGED: { readonly name: string; readonly bytes: number };
  /** A model that is not in the library, or not any more. */
  MODEL_UNKNOWN: Readonly<Record<string, never>>;
}
