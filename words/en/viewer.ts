/** What a person reads in the viewer, in English. */
export const enViewer = {
  view: (picture: string) => `View ${picture}`,
  smaller: 'Zoom out',
  larger: 'Zoom in',
  fit: 'Whole picture',
  actual: 'Actual size',
  pixels: 'Show pixels',
  percent: (percent: number) => `${percent} %`,
  previous: 'Previous picture',
  next: 'Next picture',
  number: (number: number, of: number) => `${number} of ${of}`,
  fullScreen: 'Full screen',
  compare: 'Compare',
  /** A group: how two pictures are compared. */
  ways: 'Compared',
  way: { slider: 'Slider', beside: 'Side by side', difference: 'Difference' },
  differenceHint: 'Black where both are alike; brighter the more they differ.',
  /** A list: the picture that is compared with the shown one. */
  others: 'Compare with',
};
