/** The files of a drop or a paste; what kind they are is judged by their bytes, not by their names. */
export function picturesIn(transfer: DataTransfer | null): readonly File[] {
  return transfer === null ? [] : [...transfer.files];
}
