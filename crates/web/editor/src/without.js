// Stands for parts of markdown-it that this editor never asks for: addresses that nobody marked as links, and names of hosts in other scripts.

export class LinkifyIt {}
export default { toASCII: (text) => text, toUnicode: (text) => text };
export const toASCII = (text) => text;
export const toUnicode = (text) => text;
