// Search over the course, on an index of three pages.

import assert from "node:assert/strict";
import test from "node:test";
import { mark, search, type SearchPage } from "../src/core/search.ts";

const pages: readonly SearchPage[] = [
  {
    u: "/lessons/quorum/",
    k: "lesson",
    t: "Quorum and partitions",
    p: [
      { x: "Six members, split in the middle." },
      { a: "count", h: "Count to four", x: "A quorum of six is four. The quorum counts all members, dead ones too." },
      { a: "heal", h: "Heal", x: "lab heal takes the cut away. Nothing has to be merged." },
    ],
  },
  { u: "/lessons/backup/", k: "lesson", t: "Back up", p: [{ x: "Save a snapshot." }, { a: "save", h: "Save", x: "etcdctl snapshot save backup.db asks one member, whatever the quorum." }] },
  { u: "/lessons/backup/#exercise-restore", k: "exercise", t: "Come back", p: [{ a: "hidden", h: "Task", x: "Restore the snapshot with --data-dir m1.etcd." }] },
  { u: "/reference/glossary/", k: "reference", t: "Glossary", p: [{ x: "Words." }, { a: "quorum", h: "Quorum", x: "More than half of the members." }] },
];

const places = (query: string): string[] => search(pages, query).map((hit) => hit.url);

const cases: { name: string; query: string; want: string[] }[] = [
  { name: "the word itself, then its lesson, then where it is told", query: "quorum", want: ["/reference/glossary/#quorum", "/lessons/quorum/", "/lessons/quorum/#count", "/lessons/quorum/#heal", "/lessons/backup/#save"] },
  { name: "every word must be there", query: "snapshot restore", want: ["/lessons/backup/#exercise-restore"] },
  { name: "the beginning of a word is enough", query: "snap", want: ["/lessons/backup/", "/lessons/backup/#save", "/lessons/backup/#exercise-restore"] },
  { name: "flags", query: "--data-dir", want: ["/lessons/backup/#exercise-restore"] },
  { name: "capitals do not matter", query: "HEAL", want: ["/lessons/quorum/#heal"] },
  { name: "characters of a pattern are characters", query: "(.*", want: [] },
  { name: "nothing asked", query: "  ", want: [] },
  { name: "nothing there", query: "zookeeper", want: [] },
];

for (const { name, query, want } of cases) {
  test(`search: ${name}`, () => {
    const got = places(query);
    assert.deepEqual([...got].sort(), [...want].sort());
    assert.equal(got[0], want[0]);
  });
}

test("search: a snippet shows the words in their surroundings, cut at spaces", () => {
  const long: SearchPage = { u: "/x/", k: "lesson", t: "X", p: [{ x: `${"before ".repeat(40)}the needle ${"behind ".repeat(60)}` }] };
  const [hit] = search([long], "needle");
  const text = (hit?.snippet ?? []).map((piece) => (piece.found ? `[${piece.text}]` : piece.text)).join("");
  assert.match(text, /^… before before .*the \[needle\] behind( behind)* …$/);
  assert.ok(text.length < 180, String(text.length));
});

test("search: marks keep the text whole", () => {
  const text = "Quorum: a quorum.";
  assert.equal(mark(text, ["quorum"]).map((piece) => piece.text).join(""), text);
});
