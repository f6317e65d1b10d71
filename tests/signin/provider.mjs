// A certified OpenID Connect provider of somebody else's, with faults on demand.
// Started by tests/signin/provider.py with the port, the addresses to come back to, where
// it tells of sign-outs, and a PEM file where it speaks TLS.
// POST /as-told sets who signs in next and what goes wrong.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { generateKeyPairSync } from "node:crypto";
import { SignJWT, decodeJwt } from "jose";
import { Provider } from "oidc-provider";

const [port, backTo, afterwards, outAt, pem] = process.argv.slice(2);
const issuer = `${pem ? "https" : "http"}://127.0.0.1:${port}`;
const now = Date.now;
const fresh = () => ({ sub: "", claims: {}, amr: [], seconds: 0, tamper: null, deny: false });
let told = fresh();
Date.now = () => now() + told.seconds * 1000;

const keyPair = () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const own = keyPair();
const another = keyPair();
const jwk = { ...own.export({ format: "jwk" }), kid: "own", use: "sig", alg: "RS256" };

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "lockbox",
      client_secret: "a secret of the tests alone",
      redirect_uris: [backTo],
      post_logout_redirect_uris: [afterwards],
      backchannel_logout_uri: outAt,
      backchannel_logout_session_required: true,
    },
  ],
  jwks: { keys: [jwk] },
  cookies: { keys: ["a key of the tests alone"] },
  claims: { openid: ["sub", "oid", "roles", "amr", "acrs"], profile: ["name"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
  // Its own way asks nobody on this machine.
  fetch: (url, { dispatcher: _own, ...options }) => fetch(url, options),
  pkce: { required: () => true },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...told.claims }) }),
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile");
    await grant.save();
    return grant;
  },
});
provider.use(async (ctx, next) => {
  await next();
  if (ctx.path !== "/token" || !told.tamper || !ctx.body?.id_token) return;
  const { signedBy, ...changed } = told.tamper;
  const claims = { ...decodeJwt(ctx.body.id_token), ...changed };
  const header = { alg: "RS256", kid: "own" };
  ctx.body.id_token = await new SignJWT(claims)
    .setProtectedHeader(header)
    .sign(signedBy === "another" ? another : own);
});

const answer = provider.callback();
const read = async (request) => {
  let body = "";
  for await (const part of request) body += part;
  return JSON.parse(body);
};
const serve = async (request, response) => {
  if (request.url === "/as-told") {
    told = { ...fresh(), ...(await read(request)) };
    response.end("{}");
  } else if (request.url.startsWith("/interaction/")) {
    const result = told.deny
      ? { error: "access_denied" }
      : { login: { accountId: told.sub, amr: told.amr, remember: true } };
    await provider.interactionFinished(request, response, result);
  } else {
    await answer(request, response);
  }
};
const server = pem
  ? createTlsServer({ key: readFileSync(pem), cert: readFileSync(pem) }, serve)
  : createServer(serve);
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
