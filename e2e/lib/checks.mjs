// What a journey found: one line a check, and the numbers at the end. It decides nothing and never throws for a check
// that failed, so that one fault does not hide the next.

/** Longest text of a finding that is printed, in characters. */
const SHOWN_CHARACTERS_MAX = 700;

export class Checks {
  constructor(journey, print = console.log) {
    this.journey = journey;
    this.print = print;
    this.passed = 0;
    this.failed = 0;
    this.failures = [];
  }

  /** Notes whether something is so. `found` is told only where it is not. */
  ok(what, isSo, found = '') {
    if (isSo) this.passed += 1;
    else this.failed += 1;
    const told = isSo || found === '' ? '' : `: ${shorten(found)}`;
    const line = `${isSo ? 'ok  ' : 'FAIL'}  ${this.journey}: ${what}${told}`;
    if (!isSo) this.failures.push(line);
    this.print(line);
    return Boolean(isSo);
  }

  /** Two plain values are the same. */
  same(what, found, wanted) {
    const [left, right] = [JSON.stringify(found), JSON.stringify(wanted)];
    return this.ok(what, left === right, `found ${left}, wanted ${right}`);
  }

  /** A text has a part. */
  has(what, text, part) {
    const isIn = part instanceof RegExp ? part.test(text) : String(text).includes(part);
    return this.ok(what, isIn, `${part} is not in ${JSON.stringify(text)}`);
  }

  /** A text lacks a part. */
  lacks(what, text, part) {
    const isIn = part instanceof RegExp ? part.test(text) : String(text).includes(part);
    return this.ok(what, !isIn, `${part} is in the text`);
  }

  /** A list has nothing in it. */
  none(what, list) {
    return this.ok(what, list.length === 0, `${list.length}: ${list.slice(0, 8).join(' | ')}`);
  }

  /** A number is at most another. */
  most(what, number, limit) {
    return this.ok(`${what} (at most ${limit})`, number <= limit, String(number));
  }

  /** Something that could not be tried on this machine; it counts as neither. */
  skip(what, why) {
    this.print(`skip  ${this.journey}: ${what}: ${why}`);
  }
}

function shorten(text) {
  const line = String(text).replace(/\s+/g, ' ');
  return line.length > SHOWN_CHARACTERS_MAX ? `${line.slice(0, SHOWN_CHARACTERS_MAX)}…` : line;
}
