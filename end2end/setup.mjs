// One server for all journeys that do not kill it.
import { Server } from './server.mjs';

export default async function setup() {
  const server = await Server.start('server');
  process.env.SPOTLIGHT_URL = server.url;
  return () => server.stop();
}
