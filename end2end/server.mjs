// Starts, kills and stops the real server on a data folder of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** A TCP port that was free a moment ago. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** One server with its data. `name` is that of its log in end2end/results. */
export class Server {
  /**
   * Starts it on a fresh folder, filled with the demo, and waits until it is ready. `quiet`: without
   * the simulated visitors.
   */
  static async start(name, { quiet = false } = {}) {
    const server = new Server();
    Object.assign(server, { name, quiet });
    // Postgres may run as another account and must get through to its folder.
    server.data = join(await mkdtemp('/tmp/spotlight-e2e-'), 'data');
    await chmod(dirname(server.data), 0o711);
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    try {
      await server.up();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Starts the process on the data that are there, and waits until it is ready. */
  async up() {
    const results = join(root, 'end2end/results');
    await mkdir(results, { recursive: true });
    const log = createWriteStream(join(results, `${this.name}.log`), { flags: 'a' });
    await once(log, 'open');
    const { DATABASE_URL: _url, DATABASE_OWNER_URL: _owner, ...kept } = process.env;
    const env = { ...kept, PORT: String(this.port), HOST: '127.0.0.1', TRUST_PROXY: 'true', SPOTLIGHT_DATA: this.data, SPOTLIGHT_SITE: join(root, 'target/site') };
    const run = (...words) => {
      this.process = spawn(join(root, 'target/spotlight'), words, { cwd: root, env, stdio: ['ignore', log, log] });
      this.ended = new Promise((resolve) => {
        this.process.once('exit', resolve);
        this.process.once('error', resolve);
      });
    };
    if (this.quiet) {
      run('demo');
      await this.ended;
      run('serve', '--allow-sandbox');
    } else {
      run('serve', '--demo');
    }
    let over = false;
    this.ended.then(() => { over = true; });
    const deadline = Date.now() + 120_000;
    while (Date.now() < deadline && !over) {
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`the server did not become ready: see end2end/results/${this.name}.log`);
  }

  /** Ends the process as a power cut would: nothing is told, nothing is tidied. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  /** Ends the process as Ctrl-C does, and removes the data. */
  async stop() {
    this.process.kill('SIGINT');
    const late = setTimeout(() => this.process.kill('SIGKILL'), 40_000);
    await this.ended;
    clearTimeout(late);
    await rm(dirname(this.data), { recursive: true, force: true, maxRetries: 5 });
  }
}
