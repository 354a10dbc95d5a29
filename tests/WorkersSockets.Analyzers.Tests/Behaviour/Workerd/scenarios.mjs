// One scenario per path; the answer is what happened, as text: "ok: value", "error: message" or "pending".
// Reader and writer are taken once per socket and kept, as compiled C# does.
import { connect } from 'cloudflare:sockets';

const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

function open(port, options) {
  const socket = connect({ hostname: '127.0.0.1', port }, options);
  let reader, writer;
  return {
    get opened() { return socket.opened; },
    get closed() { return socket.closed; },
    read: () => (reader ??= socket.readable.getReader()).read(),
    write: text => (writer ??= socket.writable.getWriter()).write(new TextEncoder().encode(text)),
    closeWritable: () => (writer ??= socket.writable.getWriter()).close(),
    close: () => socket.close(),
    startTls: () => socket.startTls(),
  };
}

let saved;

const scenarios = {
  async echo(port) {
    const socket = open(port);
    await socket.write('hello');
    const { value } = await socket.read();
    await socket.close();
    return new TextDecoder().decode(value);
  },
  async readAfterClose(port) { const socket = open(port); await socket.opened; await socket.close(); await socket.read(); },
  async writeAfterClose(port) { const socket = open(port); await socket.opened; await socket.close(); await socket.write('x'); },
  async writeAgainAfterClose(port) { const socket = open(port); await socket.write('x'); await socket.close(); await socket.write('x'); },
  async writeAfterCloseWritable(port) { const socket = open(port); await socket.closeWritable(); await socket.write('x'); },
  async writeAfterEnd(port) { const socket = open(port); while (!(await socket.read()).done); await socket.write('x'); },
  async pendingReadAtClose(port) {
    const socket = open(port);
    await socket.opened;
    const reading = socket.read();
    reading.catch(() => {});
    await sleep(20);
    await socket.close();
    await reading;
  },
  async closeTwice(port) { const socket = open(port); await socket.opened; await socket.close(); await socket.close(); },
  async readAfterEnd(port) { const socket = open(port); while (!(await socket.read()).done); return (await socket.read()).done; },
  async opened(port) { const socket = open(port); await socket.opened; },
  async closed(port) { const socket = open(port); await socket.closed; },
  async write(port) { const socket = open(port); await socket.write('x'); },
  async close(port) { const socket = open(port); await socket.close(); },
  async read(port) { const socket = open(port); return (await socket.read()).done; },
  async readLater(port) { const socket = open(port); await sleep(100); return (await socket.read()).done; },
  async readAfterReset(port) { const socket = open(port); while (!(await socket.read()).done); },
  async halfClose(port) {
    const socket = open(port);
    await socket.write('x');
    await socket.closeWritable();
    return new TextDecoder().decode((await socket.read()).value);
  },
  async startTlsWithoutOption(port) { const socket = open(port); await socket.opened; socket.startTls(); },
  async startTlsOnTls(port) { const socket = open(port, { secureTransport: 'on' }); socket.startTls(); },
  async startTlsTwice(port) { const socket = open(port, { secureTransport: 'starttls' }); await socket.opened; socket.startTls(); socket.startTls(); },
  async startTlsAfterClose(port) { const socket = open(port, { secureTransport: 'starttls' }); await socket.opened; await socket.close(); socket.startTls(); },
  async startTlsAfterRead(port) { const socket = open(port, { secureTransport: 'starttls' }); await socket.read(); await socket.startTls().opened; },
  async readOfTlsAfterRead(port) { const socket = open(port, { secureTransport: 'starttls' }); await socket.read(); await socket.startTls().readable.getReader().read(); },
  async startTlsAfterWrite(port) { const socket = open(port, { secureTransport: 'starttls' }); await socket.write('x'); await socket.startTls().opened; },
  async oldReadAfterStartTls(port) { const socket = open(port, { secureTransport: 'starttls' }); await socket.opened; await socket.startTls(); await sleep(20); await socket.read(); },
  async oldWriteAfterStartTls(port) { const socket = open(port, { secureTransport: 'starttls' }); await socket.opened; await socket.startTls(); await sleep(20); await socket.write('x'); },
  async startTlsWrongOption(port) { open(port, { secureTransport: 'startTls' }); },
  async tlsSelfSigned(port) { const socket = open(port, { secureTransport: 'on' }); await socket.opened; },
  async startTlsBeforeAnswer(port) { const socket = open(port, { secureTransport: 'starttls' }); await socket.opened; await socket.startTls().opened; },
  async addressWithoutPort() { connect('db.example.com'); },
  async addressWithScheme() { connect('http://db.example.com/'); },
  async addressWithSpace() { connect('db example.com:7000'); },
  async portOutOfRange() { connect({ hostname: 'db.example.com', port: 70000 }); },
  async addressWithoutBrackets() { const socket = connect({ hostname: 'fe80::1', port: 7000 }); await socket.opened; },
  async portOfHttp() { const socket = connect({ hostname: 'no.such.host.invalid', port: 80 }); await socket.opened; },
  async readSizes(port) {
    const socket = open(port);
    const sizes = [];
    for (let chunk; !(chunk = await socket.read()).done;) sizes.push(chunk.value.length);
    return sizes.join(' ');
  },
  async decodePerChunk(port) {
    const socket = open(port);
    let text = '';
    for (let chunk; !(chunk = await socket.read()).done;) text += new TextDecoder().decode(chunk.value);
    return text;
  },
  async decodeOnce(port) {
    const socket = open(port);
    const bytes = [];
    for (let chunk; !(chunk = await socket.read()).done;) bytes.push(...chunk.value);
    return new TextDecoder().decode(new Uint8Array(bytes));
  },
  async lostWork(port) {
    const socket = open(port);
    await socket.opened;
    sleep(50).then(() => socket.write('lost'));
  },
  async keptWork(port) {
    const socket = open(port);
    await socket.opened;
    await sleep(50).then(() => socket.write('kept'));
  },
  async twentyConnects(port) {
    const sockets = Array.from({ length: 20 }, () => open(port));
    await Promise.all(sockets.map(socket => socket.opened));
    return sockets.length;
  },
  async save(port) { saved = open(port); await saved.write('x'); },
  async savedOpened() { await saved.opened; },
  async savedWrite() { await saved.write('x'); },
  async savedRead() { await saved.read(); },
};

export default {
  async fetch(request) {
    const url = new URL(request.url);
    const run = scenarios[url.pathname.slice(1)](Number(url.searchParams.get('port')));
    const told = run.then(value => 'ok: ' + (value ?? ''), error => 'error: ' + error.message);
    const limit = sleep(Number(url.searchParams.get('limit'))).then(() => 'pending');
    return new Response(await Promise.race([told, limit]));
  },
};
