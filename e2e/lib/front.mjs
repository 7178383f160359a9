// A front of our own between browser and house: it writes down every request that really went over the wire, and can do
// what fronts in the world do: drop cookies, or add speculation rules. It never changes a page.

import http from 'node:http';

const RULES_PATH = '/front-speculation-rules.json';

export class Front {
  /**
   * `dropCookies`: no Set-Cookie reaches the browser. `prerender`: addresses that pages ask the browser to prerender.
   */
  static async start(address, { dropCookies = false, prerender = [] } = {}) {
    const front = new Front();
    front.requests = [];
    front.target = new URL(address);
    front.dropCookies = dropCookies;
    front.prerender = prerender;
    front.agent = new http.Agent({ keepAlive: true });
    front.server = http.createServer((request, answer) => front.pass(request, answer));
    await new Promise((resolve) => { front.server.listen(0, '127.0.0.1', resolve); });
    front.address = `http://127.0.0.1:${front.server.address().port}`;
    return front;
  }

  pass(request, answer) {
    const { method, url, headers } = request;
    const noted = { method, url, headers, status: 0 };
    this.requests.push(noted);
    if (url === RULES_PATH) return this.answerRules(answer);
    const { hostname, port } = this.target;
    const onward = http.request({ hostname, port, method, path: url, headers, agent: this.agent }, (given) => {
      noted.status = given.statusCode;
      noted.setCookie = given.headers['set-cookie'];
      const kept = { ...given.headers };
      if (this.dropCookies) delete kept['set-cookie'];
      const isPage = (kept['content-type'] || '').startsWith('text/html');
      if (isPage && this.prerender.length > 0) kept['speculation-rules'] = `"${RULES_PATH}"`;
      answer.writeHead(given.statusCode, kept);
      given.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  answerRules(answer) {
    answer.writeHead(200, { 'content-type': 'application/speculationrules+json', 'cache-control': 'no-store' });
    answer.end(JSON.stringify({ prerender: [{ urls: this.prerender, eagerness: 'immediate' }] }));
  }

  /** Requests of one method, of one path where it is given. */
  of(method, path = null) {
    return this.requests.filter((request) => request.method === method && (path === null || request.url === path));
  }

  async stop() {
    this.server.closeAllConnections();
    this.agent.destroy();
    await new Promise((resolve) => { this.server.close(resolve); });
  }
}
