import type { Translation } from '../../../text/message';
import { en } from './en';

const texts: Translation<typeof en> = en;
export default texts;
