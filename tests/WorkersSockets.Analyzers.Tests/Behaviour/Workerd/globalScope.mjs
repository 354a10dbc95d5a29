// Connects while the module is loaded.
import { connect } from 'cloudflare:sockets';

const socket = connect({ hostname: '127.0.0.1', port: 9 });

export default { fetch: () => new Response(String(socket)) };
