/** The browser's dialog for files. What kind they are is judged by their bytes. */

/** The page's one input of files. */
export const fileInputId = 'files';

/** Opens the browser's dialog; what is chosen is added to the message. */
export function chooseFiles(): void {
  document.getElementById(fileInputId)?.click();
}
