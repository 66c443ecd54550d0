// iam-simulate: every layer, and an explanation of every statement; it validates each policy on each call.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [scenarioPath, installed] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${installed}/`));
const { runSimulation } = require("@cloud-copilot/iam-simulate");
const { version } = JSON.parse(readFileSync(`${installed}/node_modules/@cloud-copilot/iam-simulate/package.json`, "utf8"));

const { facts, requests } = JSON.parse(readFileSync(scenarioPath, "utf8"));
const named = (policy) => ({ name: policy.name, policy: policy.document });
const { principal, resource } = facts;
const levels = principal.organization?.service_control_policies ?? [];
const shared = {
  identityPolicies: principal.identity_policies.map(named),
  permissionBoundaryPolicies: principal.permissions_boundary ? [named(principal.permissions_boundary)] : undefined,
  serviceControlPolicies: levels.map((level) => ({ orgIdentifier: level.target, policies: level.policies.map(named) })),
  resourceControlPolicies: [],
  resourcePolicy: resource.policy?.document,
};
const simulations = requests.map((request) => ({
  ...shared,
  request: {
    principal: request.principal,
    action: request.action,
    resource: { resource: request.resource, accountId: request.resource_account },
    contextVariables: request.context,
  },
}));

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const answer = async (simulation) => (await runSimulation(simulation, {})).overallResult === "Allowed";

let allowed = 0;
for (const simulation of simulations) allowed += await answer(simulation);
say({ version, allowed, requests: requests.length });
for await (const _ of createInterface({ input: process.stdin })) {
  const started = performance.now();
  for (const simulation of simulations) await answer(simulation);
  say({ seconds: (performance.now() - started) / 1000 });
}
