// The page of pictures: a table of screens and states, role by role. It opens from disk.

const STYLE = `
body { font: 15px/1.4 system-ui, sans-serif; margin: 1.5rem; color-scheme: light dark }
table { border-collapse: collapse; margin-block-end: 3rem }
th, td { padding: 0.4rem; text-align: start; vertical-align: top; border-block-start: 1px solid #8885 }
thead th { position: sticky; inset-block-start: 0; background: Canvas }
img { block-size: 220px; border: 1px solid #8885 }
.none { opacity: 0.4 }
.wrong { color: #b3261e; max-inline-size: 20rem; overflow-wrap: anywhere }`;

const text = (words) => words.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign]);

/** `rows`: screens of each role; `pictures`: the files there are, named `role-screen-state.png`; `findings`: what is wrong in which. */
export function page(rows, states, pictures, findings) {
    const cell = (role, screen, state) => {
        const file = `${role}-${screen}-${state}.png`;
        if (!pictures.has(file)) return '<td class="none">nothing to show</td>';
        const wrong = findings.get(`${role}-${screen}-${state}`)?.map((what) => `<p class="wrong">${text(what)}</p>`).join('') ?? '';
        return `<td><a href="${file}"><img loading="lazy" alt="${role}, ${screen}, ${state}" src="${file}"></a>${wrong}</td>`;
    };
    const table = ([role, screens]) => `<h2>${role}</h2><table><thead><tr><th>screen</th>${states.map((state) => `<th>${state}</th>`).join('')}</tr></thead><tbody>
${screens.map((screen) => `<tr><th>${screen}</th>${states.map((state) => cell(role, screen, state)).join('')}</tr>`).join('\n')}
</tbody></table>`;
    return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Satchel: every screen</title><style>${STYLE}</style>
<h1>Every screen of the portal</h1>
<p>${states.join(' · ')}: a vault that was just made, and what it shows while it is read or cannot be read; invented people on a phone and on a desk, light and dark; read from the right; without the relay.</p>
${Object.entries(rows).map(table).join('\n')}</html>\n`;
}
