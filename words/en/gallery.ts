/** What a person reads in the region Gallery, in English. */
export const enGallery = {
  gallery: 'Gallery',
  close: 'Close gallery',
  /** The list of pictures. */
  pictures: 'Pictures',
  search: 'Search pictures',
  favourites: 'Favourites only',
  none: 'What you draw is collected here, from all chats.',
  noneFound: 'No picture has these words.',
  noFavourite: 'Mark a picture with the star, and it is found here.',
  count: (count: number) => (count === 1 ? '1 picture' : `${count} pictures`),
  selected: (count: number) => `${count} selected`,
  selectAll: 'Select all',
  selectNone: 'Select none',
  select: (prompt: string) => `Select: ${prompt}`,
  keys: 'Arrow keys go from picture to picture, Space selects, Enter opens, Delete deletes.',
  favourite: 'Favourite',
  show: 'Show in chat',
  delete: 'Delete picture',
  deleteSelected: 'Delete pictures',
  save: 'Save as zip',
  deleted: 'Its picture was deleted.',
};
