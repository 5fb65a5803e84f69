import type { Translation } from '../../text/message';
import type { en } from './en';

export default {
    saveFile: '保存为文件',
    shareFile: '分享',
    showCodes: '以二维码显示',
    codesTitle: '请将另一部摄像头对准这里',
    codesText: '二维码会自动轮换，直到全部读取。',
    codesPart: '二维码 {at}/{of}',
    codesStop: '停止',
    takeFile: '选择文件',
    takeScan: '扫描二维码',
    takeRead: '已读取 {done}/{of} 个二维码',
    takeOther: '此二维码属于其他内容。',
    fileSaved: '已保存为 {name}。',
    handedFingerprint: '指纹：',
    handedCompare: '请与另一个屏幕上的指纹核对。',
    handedVouched: '由 {organization} 担保',
    handedOther: '此文件不是这里所需的文件。',
} satisfies Translation<typeof en>;
