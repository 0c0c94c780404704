// Old JavaScript: a Node.js that can't run the rest must still print the error.

const NEEDED = 24;

if (Number(process.versions.node.split(".")[0]) < NEEDED) {
  console.error(
    `The local cloud needs Node.js ${NEEDED} and this is ${process.versions.node}. Run "npm ci" once and start it with "npm run dev": then it runs on the Node.js that the repository brings.`,
  );
  process.exit(1);
}

await import("./main.ts");
