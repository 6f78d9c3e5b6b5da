/** Worlds that the sandbox offers, and what is written into them at the start. */

import { checkWorld, type World } from "../../core/recording.ts";

export type DataName = "none" | "shop" | "registry";
export type TransportName = "plain" | "tls";

/** Typed into the terminal, so that one sees where the keys come from. */
export const data: Readonly<Record<DataName, string>> = {
  none: "",
  shop: [
    "for fruit in apples pears plums cherries; do etcdctl put /shop/stock/$fruit 40 >/dev/null; done",
    "for i in 1 2 3 4 5; do etcdctl put /shop/orders/$i \"apples=$i\" >/dev/null; done",
    "etcdctl get /shop --prefix",
  ].join("\n"),
  registry: [
    "for ns in default kube-system; do etcdctl put /registry/namespaces/$ns active >/dev/null; done",
    "for i in 1 2 3; do etcdctl put /registry/minions/worker-$i Ready >/dev/null; etcdctl put /registry/pods/default/web-$i \"node=worker-$i\" >/dev/null; done",
    "etcdctl put /registry/deployments/default/web replicas=3 >/dev/null",
    "etcdctl put /registry/services/endpoints/default/web 10.1.0.1,10.1.0.2,10.1.0.3 >/dev/null",
    "etcdctl get /registry --prefix --keys-only | grep .",
  ].join("\n"),
};

/** Typed before anything else: with TLS, etcdctl has to be told whom to trust and who it is. */
export const greetings: Readonly<Record<TransportName, string>> = {
  plain: "",
  tls: "export ETCDCTL_CACERT=certs/ca.crt ETCDCTL_CERT=certs/client.crt ETCDCTL_KEY=certs/client.key",
};

/** What a way of talking adds to the world's JSON. */
const transports: Readonly<Record<TransportName, Record<string, unknown>>> = {
  plain: {},
  tls: { tls: {} },
};

/** worldOf is the world of a choice; null if this lab knows no such world. */
export function worldOf(members: number, transport: TransportName): World | null {
  try {
    return checkWorld({ members, ...transports[transport] });
  } catch {
    return null;
  }
}

/** Those that this lab accepts. */
export function offeredTransports(): TransportName[] {
  return (Object.keys(transports) as TransportName[]).filter((name) => worldOf(3, name) !== null);
}

export const dataNames = Object.keys(data) as DataName[];
