import { mount } from 'svelte';
import App from './App.svelte';
import { holdFocus } from './app/focus';
import { followLinks, hideFragment } from './app/place.svelte';
import { begin } from './app/session.svelte';
import { applyTheme } from './app/theme.svelte';
import './style/base.css';
import { preferredLanguage, setLanguage, textsReady } from './text/language.svelte';

hideFragment();
applyTheme();
followLinks();
holdFocus();

const target = document.getElementById('app');
if (target) {
    void Promise.all([setLanguage(preferredLanguage()), textsReady()]).then(() => {
        mount(App, { target });
        return begin();
    });
}
