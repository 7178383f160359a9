// Which links can be embeds, by their form alone. The server decides; this only knows when to offer it. Rows of
// crates/newsroom/tests/embeds.tsv hold the two together.

const NAME = '[A-Za-z0-9_-]{1,64}';
const END = '(?:[?#].*)?$';
const FORMS = [
  ['YouTube', `(?:www\\.|m\\.)?youtube\\.com/watch\\?(?:[^#]*&)?v=${NAME}(?:[&#].*)?$`],
  ['YouTube', `(?:www\\.|m\\.)?youtube\\.com/(?:shorts|live|embed)/${NAME}/?${END}`],
  ['YouTube', `youtu\\.be/${NAME}/?${END}`],
  ['Vimeo', `(?:www\\.)?vimeo\\.com/\\d{1,18}(?:/${NAME})?/?${END}`],
  ['Dailymotion', `(?:www\\.)?dailymotion\\.com/video/${NAME}/?${END}`],
  ['Dailymotion', `dai\\.ly/${NAME}/?${END}`],
  ['SoundCloud', `(?:www\\.)?soundcloud\\.com/${NAME}/(?:sets/)?${NAME}/?${END}`],
  ['Spotify', `open\\.spotify\\.com/(?:intl-[^/]+/)?(?:track|album|playlist|artist|episode|show)/${NAME}/?${END}`],
  ['Datawrapper', `datawrapper\\.dwcdn\\.net/${NAME}(?:/\\d{1,18})?/?${END}`],
  ['Datawrapper', `www\\.datawrapper\\.de/_/${NAME}/?${END}`],
  ['Flourish', `(?:public\\.flourish\\.studio|flo\\.uri\\.sh)/(?:visualisation|story)/\\d{1,18}(?:/embed)?/?${END}`],
  ['OpenStreetMap', '(?:www\\.)?openstreetmap\\.org/?(?:\\?[^#]*)?#(?:.*&)?map=(?:1?[1-9]|10)/-?[\\d.]+/-?[\\d.]+(?:&.*)?$'],
].map(([name, form]) => [name, new RegExp(`^https://${form}`, 'i')]);

/** Who shows what an address leads to; empty where nobody known does. */
export function providerOf(address) {
  if (address.length > 2048 || /[\s<>"'`\\]|[^\x20-\x7e]/.test(address)) return '';
  return FORMS.find(([, form]) => form.test(address))?.[0] ?? '';
}
