/** The files of a drop or a paste; what kind they are is judged by their bytes, not by their names. */
export function filesOf(transfer: DataTransfer | null): readonly File[] {
  return transfer === null ? [] : [...transfer.files];
}

/** Office programs put a picture of the text beside the text: there the words are meant. */
export function pastedFiles(transfer: DataTransfer | null): readonly File[] {
  return transfer?.types.includes('text/plain') === true ? [] : filesOf(transfer);
}
