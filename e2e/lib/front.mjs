// A front of our own between browser and house: it writes down every request that really went over the wire, and can
// drop cookies as some fronts in the world do. It never changes a page of the paper.

import http from 'node:http';

/** A page of the front's own from which a browser that nobody steers sets out. */
export const START_PATH = '/front-start.html';

export class Front {
  /** `dropCookies`: no Set-Cookie reaches the browser. `startPage`: the markup of a page of the front's own. */
  static async start(address, { dropCookies = false, startPage = '' } = {}) {
    const front = new Front();
    front.requests = [];
    if (address) front.lead(address);
    front.dropCookies = dropCookies;
    front.startPage = startPage;
    front.agent = new http.Agent({ keepAlive: true });
    front.server = http.createServer((request, answer) => front.pass(request, answer));
    await new Promise((resolve) => { front.server.listen(0, '127.0.0.1', resolve); });
    front.address = `http://127.0.0.1:${front.server.address().port}`;
    return front;
  }

  /** Leads to a house from now on. */
  lead(address) {
    this.target = new URL(address);
  }

  pass(request, answer) {
    const { method, url, headers } = request;
    const noted = { method, url, headers, status: 0 };
    this.requests.push(noted);
    if (url === START_PATH) {
      answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      answer.end(this.startPage);
      return;
    }
    const { hostname, port } = this.target;
    const onward = http.request({ hostname, port, method, path: url, headers, agent: this.agent }, (given) => {
      noted.status = given.statusCode;
      noted.setCookie = given.headers['set-cookie'];
      const kept = { ...given.headers };
      if (this.dropCookies) delete kept['set-cookie'];
      answer.writeHead(given.statusCode, kept);
      given.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    request.pipe(onward);
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
