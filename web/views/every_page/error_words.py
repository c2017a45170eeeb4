"""What is said about what went wrong: a title and what to do, by status."""

from __future__ import annotations

from domain.wording import Sentence

SORRY = Sentence("Something broke on our side", "系统出错了")
TITLES: dict[int, Sentence] = {
    400: Sentence("This page was open for too long", "页面打开时间过长"),
    401: Sentence("Please sign in again", "请重新登录"),
    403: Sentence("This is not allowed", "不允许此操作"),
    404: Sentence("There is nothing here", "没有找到内容"),
    405: Sentence("This is not how this page works", "操作方式不正确"),
    410: Sentence("This is over", "内容已失效"),
    413: Sentence("That was too large", "内容过大"),
    429: Sentence("Too many tries", "操作过于频繁"),
    500: SORRY,
    503: Sentence("Not available for the moment", "暂时无法使用"),
}
ADVICE: dict[int, Sentence] = {
    400: Sentence(
        "Go back, reload the page and send the form again. Cookies must be allowed for this site.",
        "请返回并刷新页面，然后重新提交。请允许本站使用 Cookie。",
    ),
    401: Sentence("Your session is over. Nothing was changed.", "登录已过期，未作任何更改。"),
    403: Sentence(
        "The request came from another site, or is not yours to make. Nothing was changed.",
        "请求来自其他网站，或您没有权限。未作任何更改。",
    ),
    404: Sentence("Check the address, or start from the first page.", "请检查网址，或从首页重新开始。"),
    405: Sentence("Go back and use the buttons on the page.", "请返回并使用页面上的按钮。"),
    410: Sentence("Ask for a new one.", "请重新获取。"),
    413: Sentence(
        "At most 2 MB can be sent at once, and a photograph of up to 16 MB where one is asked for. "
        "Choose a smaller file, or send a table in parts.",
        "一次最多可提交 2 MB，要求上传照片之处最多 16 MB。请选择较小的文件，或将表格分次提交。",
    ),
    429: Sentence("Wait a minute, then try again.", "请稍等一分钟再试。"),
    500: Sentence(
        "Try again in a moment. If it happens again, tell the people who run this service the time.",
        "请稍后再试。如仍出现，请把时间告诉系统管理人员。",
    ),
    503: Sentence("Try again in a moment.", "请稍后再试。"),
}
