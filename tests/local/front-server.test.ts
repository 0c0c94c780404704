import { request as httpRequest } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { json } from "../../packages/local/src/http/message.ts";
import { startFrontServer } from "../../packages/local/src/http/server.ts";

async function server() {
  const front = await startFrontServer(0);
  onTestFinished(() => front.close(0));
  front.open(async ({ body }) => json(200, { bytes: body.length }));
  return front;
}

it("refuses a foreign Host, so that DNS rebinding does not reach it", async () => {
  const { url } = await server();
  const { port } = new URL(url);
  const status = (host: string) =>
    new Promise((resolve, reject) => {
      const sent = httpRequest({ host: "127.0.0.1", port, headers: { host } }, (answer) => {
        resolve(answer.resume().statusCode);
      });
      sent.on("error", reject).end();
    });
  expect(await status(`127.0.0.1:${port}`)).toBe(200);
  expect(await status(`localhost:${port}`)).toBe(200);
  expect(await status(`evil.example:${port}`)).toBe(421);
  expect(await status("127.0.0.1")).toBe(421);
});

it("accepts ten megabytes and returns 413 for more", async () => {
  const { url } = await server();
  const send = (bytes: number) => fetch(url, { method: "POST", body: Buffer.alloc(bytes) });
  expect(await (await send(10 * 1024 * 1024)).json()).toEqual({ bytes: 10 * 1024 * 1024 });
  expect((await send(10 * 1024 * 1024 + 1)).status).toBe(413);
});

it("names the port and the fix when the port is in use", async () => {
  const { url } = await server();
  const port = Number(new URL(url).port);
  await expect(startFrontServer(port)).rejects.toThrow(
    `Port ${port} is in use: stop what listens there, or choose another with PORT=${port + 1}.`,
  );
});
