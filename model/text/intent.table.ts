/** What people say when they want something drawn, edited or answered. Patterns see lower-case words without politeness. */

export type Intent = 'draw' | 'edit' | 'ask';

export interface IntentPatterns {
  /** Greetings and the like, taken off the front. */
  readonly politeness: readonly RegExp[];
  /** Beginnings that put a request as a question; what follows is the request. */
  readonly requests: readonly RegExp[];
  /** How such a question ends. */
  readonly questionEnd: RegExp;
  /** Asks for words, also where it begins like a request for a picture. */
  readonly talk: readonly RegExp[];
  /** Asks for a new picture. */
  readonly draw: readonly RegExp[];
  /** A drawing that is meant to go onto a picture. */
  readonly drawnOnto: readonly RegExp[];
  readonly question: readonly RegExp[];
  /** Changes something that is there already. */
  readonly edit: readonly RegExp[];
  /** Changes a picture where there is one, and else describes one. */
  readonly change: readonly RegExp[];
  /** Names a thing. */
  readonly thing: readonly RegExp[];
}

const englishTexts =
  'caption|title|poem|story|joke|list|song|haiku|essay|letter|email|code|program|script|table|summary|recipe|plan|slogan|text|sentence|paragraph|description';
const englishMakers =
  'draw|paint|sketch|illustrate|generate|create|design|render|produce|imagine|visuali[sz]e|make|give|show';
const chineseTexts =
  '标题|诗|故事|笑话|列表|清单|歌|文章|作文|信|邮件|代码|程序|脚本|表格|总结|摘要|菜谱|计划|口号|文案|句子|段落|文字|描述';

export const intentPatterns: Readonly<Record<'en' | 'zh', IntentPatterns>> = {
  en: {
    politeness: [
      /^(hi|hello|hey|ok|okay|so|well|now|then|and|but|please|kindly|just|also|next|great|nice|thanks|thank you)\b[\s,.!:]*(?=\S)/,
    ],
    requests: [
      /^(can|could|would|will) (you|we)( please| kindly| maybe| just)? (?!(see|tell|say|explain|describe|read|identify|recogni[sz]e|count|guess|be|do|go)\b)/,
      /^(would|do) you mind (?=\w+ing\b)/,
      /^(i want|i need|i'd like|i would like|i'd love|i wish|i want to ask) you to /,
      /^(help me( to)?|let's|let us|try to|go ahead and) /,
    ],
    questionEnd: /[\s?]+$/,
    talk: [
      new RegExp(
        `^(${englishMakers}|write|compose|tell|suggest|propose|give) (me |us )?(an? |the |some |up )?([\\w-]+ ){0,3}(${englishTexts})s?\\b`,
      ),
      /^(show|tell|explain to|teach) (me|us) (what|how|who|where|why|when|which|whether|if|about)\b/,
      /^i (want|need|would like|'d like) to (know|understand|ask|learn|see what|talk)\b/,
      /^(describe|explain|caption|summari[sz]e|translate|transcribe|count|identify|recogni[sz]e|compare|list|name|read|guess|tell|answer|write|analy[sz]e|rate)\b/,
      /^(who|why|when|where|which|whose|what|how)\b/,
    ],
    draw: [
      /^(draw|drawing|paint|painting|sketch|illustrate|generate|render|visuali[sz]e|imagine|depict)\b(?! (it|this|that|them)\b| over\b| the (car|sky|background|\w+) (red|orange|yellow|green|blue|purple|pink|black|white|brown|gr[ae]y|gold|silver)\b)/,
      /^(create|design|produce|make|give|show|get|send) (me |us )?(an?|another|one|two|three|four|five|some|many|several|more) (?!(bit|little|lot)\b)/,
      /^(create|design|produce|make|give|show|get|send) (me |us )(?!(it|this|that|the)\b)/,
      /[,.:;!] ?(please )?(draw|paint|sketch|generate) (me )?an?\b/,
      /^(create|design|produce) (?!(it|this|that|the)\b)/,
      /^(i want|i need|i'd like|i would like|i'd love|i wish for|i want to see|i'd like to see|how about|what about) (to see |to have |to get )?(an?|another|one|two|three|some|many|several)\b/,
      /^(an? |another |the |one |some )?([\w-]+ ){0,3}(image|picture|photo|photograph|drawing|painting|illustration|portrait|poster|logo|icon|wallpaper|sketch|rendering|artwork|cartoon|landscape|watercolou?r) (of|with|showing|where|in which|depicting|that shows)\b/,
    ],
    drawnOnto: [
      /\b(on|onto|over|in|into|to|around|behind|beside|next to|under|above|near) (it|this|that|him|her|them|his|its|their)\b/,
      /\b(the|this|that) (same )?(image|picture|photo|photograph|drawing|painting|scene)\b/,
      /\b(again|instead)\b/,
    ],
    question: [
      /\?\s*$/,
      /^(is|are|was|were|am|do|does|did|has|have|had|can|could|should|would|will|may|might|isn't|aren't|doesn't|don't)\b/,
    ],
    edit: [
      /^(edit|change|replace|remove|delete|erase|swap|add|insert|recolou?r|colou?ri[sz]e|colou?r|turn|convert|transform|modify|adjust|fix|restore|enhance|improve|crop|rotate|flip|mirror|blur|sharpen|brighten|darken|lighten|enlarge|shrink|resize|zoom|move|shift|swap|exchange|cut|take (away|off|out)|get rid of|clean up|fill|extend|cover|hide|undo|style|restyle|stylize|redo|redraw|repaint)\b/,
      /^(put|place|set|give|let|keep|leave|make|have|wrap|dress|draw|paint|colou?r|render|show) (it|this|that|him|her|them|everything|the|his|its|their|my)\b/,
      /^(no|without|less|fewer|more|only|bigger|smaller|larger|brighter|darker|lighter|warmer|colder|taller|shorter|wider|closer|sharper|softer)\b/,
    ],
    change: [
      /^(put|place) (an?|some|two|three|another|more)\b/,
      /^(make|turn|set|keep) \w+/,
      /^(at|by|in|on|under|during|with) (an?|the|night|day|dawn|dusk|noon|sunset|sunrise|winter|summer|spring|autumn|fall|snow|rain|fog|black|colou?r|\w+ style)\b/,
      /^(night|day|daytime|night ?time|sunset|sunrise|winter|summer|autumn|spring|snow|rain|fog)\b/,
    ],
    thing: [
      /^(an?|one|two|three|four|five|six|seven|eight|nine|ten|some|many|several|\d+) [\w'-]+/,
      /^the [\w'-]+ (in|on|at|under|over|by|near|with|of|behind|beside|between)\b/,
    ],
  },
  zh: {
    politeness: [
      /^(你好|您好|嗨|好的|好|嗯|那么|那|然后|接着|现在|谢谢|麻烦(你|您)?|请问|请|帮我|帮忙|给我|替我|为我)[\s,,。.!!::、]*(?=\S)/,
    ],
    requests: [
      /^(你|您)?(可以|可不可以|能不能|能否|能|可否)(请|帮我|给我|为我|替我)?(?!看|说|告诉|描述|识别|认出)(?=.{2})/,
      /^我(想|要|想要|希望|需要)(你|您|请你|请您)(?=.)/,
    ],
    questionEnd: /[\s?吗么]+$/,
    talk: [
      new RegExp(
        `^(写|编|讲|说|想|起|取|来|作|创作|生成|做|列)(一?[个首篇段句份张]|点|些|出)?[^画图]{0,8}(${chineseTexts})`,
      ),
      /^(描述|解释|说明|介绍|翻译|总结|识别|分析|比较|对比|列出|数一?数|读一?读|告诉|回答|猜|看看|评价|讲讲|说说|聊聊)/,
      /^我?想?(知道|了解|问)/,
      /^(为什么|怎么|如何|谁|哪|什么|多少|几[个只张位条辆棵]|是否|是不是|有没有|这是什么|这是哪)/,
    ],
    draw: [
      /^(再|重新)?(画|绘制|绘|画出|描绘|生成|创作|制作|设计|渲染|想象|做|来|要|想要|我要|我想要|我想看|想看|我需要)(出|个|一|两|三|几|幅|张|点|些)/,
      /^根据.{0,12}(生成|画|绘制|创作)/,
      /^(再)?(画|绘制|绘|描绘|生成|创作|设计)(?!面|里|中|质|风|得|的|上)/,
      /^(一[张幅个]|两[张幅]|一些)[^,,。]{0,20}(图|图片|图像|画|照片|插画|海报|标志|图标|壁纸|肖像|素描|漫画)([::]|$|,|,)/,
    ],
    drawnOnto: [
      /(它|他|她|这|那|上面|旁边|头上|身上|手里|背景|图(片|中|里|上)|画面|照片|原图)/,
      /^(再|重新)(画|绘)(一[遍次])/,
    ],
    question: [
      /[??吗呢]\s*$/,
      /(什么|为什么|怎么|如何|谁|哪里|哪儿|哪个|哪些|多少|几[个只张位条辆棵]|是否|是不是|有没有|能不能看)/,
    ],
    edit: [
      /^(把|将|让|使|给(它|他|她|这|那|图|画))/,
      /^用.{1,12}(替换|代替|取代|换掉)/,
      /^(?:再|又|也)?(?:编辑|修改|更改|改变|替换|更换|换成|换掉|换上|换到|换个|换|去掉|去除|删除|删掉|删|移除|移走|移动|擦除|擦掉|消除|抠|裁剪|旋转|翻转|模糊|锐化|调亮|调暗|调整|提高|降低|放大|缩小|增加|减少|添加|添上|加上|加入|加|放上|放|戴上|穿上|涂成|变成|变为|变得|改成|改为|转换|转成|修复|上色|美化|优化|保留|背景)/,
      /(换成|变成|改成|变为|改为|替换成|替换为|去掉|删掉|涂成|染成)/,
      /^(不要|别|更|再(亮|暗|大|小|多|少|高|低|近|远)|多一?点|少一?点|大一?点|小一?点|亮一?点|暗一?点)/,
    ],
    change: [
      /^(在|到|于)?(夜晚|晚上|夜里|白天|黄昏|日落|日出|冬天|夏天|春天|秋天|雪|雨|雾)/,
      /(风格|样式|效果)$/,
      /^在.{1,12}(加|放|画|添)/,
    ],
    thing: [
      /^[一两二三四五六七八九十几\d]+[只个条位张幅棵辆座朵匹头群片束杯盘间栋艘架名对双件颗块把]/,
      /^[^,,。!!]{1,16}的[^,,。!!]{1,12}$/,
    ],
  },
};
