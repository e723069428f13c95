/** What an archive is made of: a zip of records, one a line, and of the files that they name (docs/archive.md). */
export const archiveFormat = 'nexus-gen-archive';
export const archiveVersion = 1;

/** Says what the zip is. */
export const manifestName = 'nexus-gen-archive.json';
export const recordsName = 'records.jsonl';
export const filesFolder = 'files/';

/** A file of the archive: the SHA-256 of its bytes, and what tells other programs its kind. */
export const fileName = /^files\/([0-9a-f]{64})(?:\.[a-z]{2,5})?$/;
