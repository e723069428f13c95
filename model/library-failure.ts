/** The failures of installing models and of keeping them. */
export interface LibraryFailureData {
  /** What was given as the address of a model's folder is no address, begins otherwise than with https, or has more in it than a folder's. */
  ADDRESS_INVALID: { readonly problem: 'no address' | 'not https' | 'more than a folder' };
  /** A host that was looked at for a model's folder, or for the official files, does not answer so that a page may read it, or has none. */
  LOOK_FAILED: { readonly host: string; readonly wanted: 'folder' | 'official files' } & (
    | { readonly problem: 'unreachable' | 'silent' | 'absent' | 'page' }
    | { readonly problem: 'refused'; readonly status: number }
  );
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
  /** The folder that a model is taken from cannot be reached: it was renamed or removed, or its disk is not there. */
  SOURCE_UNREACHED: { readonly folder: string };
  /** Another tab installs, verifies or deletes this model. */
  MODEL_BUSY: { readonly name: string };
  /** A model whose files would change is open, here or in another tab. */
  MODEL_IN_USE: { readonly name: string };
  /** An installed model of which so many bytes were found missing or changed. */
  MODEL_DAMAGED: { readonly name: string; readonly bytes: number };
  /** There is no room for a model where it is moved to: so many bytes are missing there. `to` is a folder's name; null for the browser's storage. */
  MOVE_FULL: { readonly name: string; readonly to: string | null; readonly needed: number };
  /** A model's copy could not be written, or came out with other bytes; `detail` is the browser's own error. */
  MOVE_UNWRITTEN: { readonly name: string; readonly to: string | null; readonly detail: string };
  /** A model that cannot be moved as it is: more of it is still to come, or it is damaged. */
  MOVE_UNFINISHED: { readonly name: string };
  /** What is changed in the browser's storage alone, of a model that lies in a folder of this machine. */
  MODEL_MOVED: { readonly name: string; readonly folder: string };
  /** The folder that a model was moved to cannot be reached: it was renamed or removed, or its disk is not there. */
  FOLDER_UNREACHED: { readonly name: string; readonly folder: string };
  /** The browser does not let the page use the folder that a model was moved to. */
  FOLDER_CLOSED: { readonly name: string; readonly folder: string };
  /** The browser has forgotten the folder that a model was moved to. */
  FOLDER_NEEDED: { readonly name: string; readonly folder: string };
  /** Another folder than the one that a model was moved to. */
  FOLDER_OTHER: { readonly name: string; readonly folder: string; readonly shown: string };
  /** A model's old files that could not be removed from a folder. */
  FOLDER_LEFT: { readonly name: string; readonly folder: string };
  /** A model that is not in the library, or not any more. */
  MODEL_UNKNOWN: Readonly<Record<string, never>>;
}
