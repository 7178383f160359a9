// What one journey has while it runs: its checks, papers, browsers and fronts. All of them are closed when it ends,
// the youngest first, however it ends.

import { DESK, launch, launchUnsteered, launchWithoutCookies, reader } from './browser.mjs';
import { Front } from './front.mjs';
import { Paper } from './paper.mjs';
import { Varnish } from './varnish.mjs';

export class Scope {
  constructor(checks, flags) {
    this.checks = checks;
    this.flags = flags;
    this.closers = [];
  }

  later(close) {
    this.closers.push(close);
  }

  async paper(options) {
    const paper = await Paper.start(options);
    this.later(() => paper.stop());
    return paper;
  }

  /** A paper that knows its public address, which is that of a front. */
  async publicPaper(options = {}) {
    const front = await this.front(null);
    const paper = await this.paper({ ...options, flags: ['--public-url', front.address] });
    front.lead(paper.address);
    return { paper, front };
  }

  async front(address, options) {
    const front = await Front.start(address, options);
    this.later(() => front.stop());
    return front;
  }

  async varnish(address, recipe) {
    const varnish = await Varnish.start(address, recipe);
    this.later(() => varnish.stop());
    return varnish;
  }

  async browser(options) {
    const browser = await launch(options);
    this.later(() => browser.close());
    return browser;
  }

  /** One reader in a browser that is shared by this journey. */
  async reader(options = DESK) {
    this.shared ??= await this.browser();
    return reader(this.shared, options);
  }

  unsteeredBrowser(address) {
    this.later(launchUnsteered(address));
  }

  async readerWithoutCookies(options = DESK) {
    const { context, tidyUp } = await launchWithoutCookies(options);
    this.later(async () => {
      await context.close();
      await tidyUp();
    });
    return context;
  }

  async close() {
    for (const close of this.closers.reverse()) {
      try {
        await close();
      } catch (error) {
        this.checks.ok('was tidied up', false, error.stack || error);
      }
    }
    this.closers = [];
  }
}
