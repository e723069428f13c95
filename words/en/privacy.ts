/** What a person reads in the region Privacy, in English. */
export const enPrivacy = {
  privacy: 'Privacy',
  close: 'Close privacy',
  open: 'Privacy and network',
  paragraphs: [
    'Your words, your pictures and everything that is drawn stay in this browser, on this device. The model computes here; there is no account, no cookie, no measuring of what you do, and nothing is uploaded. What you save, copy or share leaves with you, and a saved picture holds the words that it was drawn from unless you choose otherwise in Settings.',
    'The page fetches its own files from the place that it was opened from, which sees what any web server sees: your address and the names of those files. Other hosts are asked only when you get a model from an address that you name, and are sent nothing of yours. The browser itself enforces this by a policy; extensions that you installed stand above it.',
  ],
  network: 'Network',
  /** All went to where the page came from. */
  own: (count: number, size: string, host: string) =>
    `${count} ${count === 1 ? 'request' : 'requests'} since the page was opened (${size}), all to ${host}, where the page itself comes from. None carried anything of yours.`,
  others: (count: number, size: string, hosts: string) =>
    `${count} requests since the page was opened (${size}). Besides the page's own host they went to ${hosts}, which you named to get a model. None carried anything of yours.`,
  requests: 'Requests',
  columns: { file: 'File', purpose: 'What for', size: 'Size' },
  purposes: { page: 'The page', runtime: 'Computing', model: 'The model', added: 'A model you add' },
  times: (count: number) => `${count} times`,
  unknown: 'Not told',
  stored: 'Stored already',
};
