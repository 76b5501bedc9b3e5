// Prints the queries of dashboards as rules, so that promtool says whether they are PromQL:  node queries.js FILE...
const { readFileSync } = require('node:fs');

const values = { $__rate_interval: '1m', $__range: '1h', $namespace: 'a', $task: 'b' };
const rules = process.argv.slice(2).flatMap((file) =>
  JSON.parse(readFileSync(file, 'utf8'))
    .panels.flatMap((panel) => panel.targets ?? [])
    .map((target) => target.expr.replace(/\$\w+/g, (name) => values[name] ?? name))
    .map((expr) => ({ record: 'a:query', expr })),
);
// A rule that is there twice is a mistake to promtool.
rules.forEach((rule, i) => (rule.labels = { number: `${i}` }));
console.log(JSON.stringify({ groups: [{ name: 'dashboards', rules }] }));
