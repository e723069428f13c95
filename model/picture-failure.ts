/** The failures of pictures, their files and their recipes. */
export interface PictureFailureData {
  /** A picture without pixels. */
  PICTURE_EMPTY: { readonly width: number; readonly height: number };
  /** A picture above the limits of pixels or of a side; judged before it is decoded. */
  PICTURE_TOO_LARGE: {
    readonly width: number;
    readonly height: number;
    readonly pixelLimit: number;
    readonly sideLimit: number;
  };
  /** A picture whose long side is more than `limit` times its short one. */
  PICTURE_ASPECT: { readonly width: number; readonly height: number; readonly limit: number };
  /** A file in a picture's place that is none, or of a format that is not read. */
  PICTURE_FORMAT: { readonly file: string };
  /** A picture of a format that browsers alone decode. */
  PICTURE_PAGE_ONLY: { readonly file: string; readonly kind: 'bmp' | 'ico' | 'tiff' };
  /** A picture file without a byte, one that ends before its picture is whole, or one that cannot be decoded. */
  PICTURE_DAMAGED: { readonly file: string; readonly problem: 'empty' | 'truncated' | 'undecodable' | 'profile' };
  /** A JPEG whose data begin anew more often than any program writes it: each time costs a pass over all pixels. */
  PICTURE_SCANS: { readonly file: string; readonly scans: number; readonly limit: number };
  /** An edit that left so little of its picture that there is nothing to keep: the share, 0 … 1. */
  REST_NONE: { readonly share: number };
  /** The mask of a selected area that is stored no more. */
  MASK_GONE: Readonly<Record<string, never>>;
  /** A selected area with nothing in it. */
  MASK_EMPTY: Readonly<Record<string, never>>;
  /** A mask that cannot lie on its picture: the ratio of its sides is another. */
  MASK_SIZE: {
    readonly width: number;
    readonly height: number;
    readonly picture: { readonly width: number; readonly height: number };
  };
  /** A picture whose decoding was given up. */
  PICTURE_SLOW: { readonly file: string; readonly seconds: number };
  /** Something dropped on the page that holds no file: a picture's address, a folder, an app's promise of a file; or shared and not there. */
  DROP_UNREADABLE: { readonly what: 'address' | 'folder' | 'promise' | 'shared'; readonly name: string };
  /** A PNG whose chunks cannot be right. */
  PNG_DAMAGED: {
    readonly file: string;
    readonly problem: 'signature' | 'truncated' | 'checksum' | 'text' | 'limit' | 'size';
  };
  /** A recipe that does not follow its schema; `key` is the path of the first mistake. */
  RECIPE_INVALID: { readonly key: string; readonly expected: string; readonly actual: string };
  /** A PNG that holds no recipe. */
  RECIPE_MISSING: { readonly file: string };
  /** A picture that a recipe was made from and that was not given along; sizes are upright. */
  RECIPE_PICTURE_MISSING: {
    readonly sha256: string;
    readonly width: number;
    readonly height: number;
    /** How it came into the recipe, and the person's words of that turn. */
    readonly came: 'brought' | 'drawn' | 'beside' | 'mask';
    readonly words: string;
  };
  /** A picture given along with a recipe that was made from others. */
  RECIPE_PICTURE_OTHER: { readonly file: string };
  /** The open model draws nothing where a recipe says that it drew this picture. */
  RECIPE_DIFFERS: { readonly file: string };
}
