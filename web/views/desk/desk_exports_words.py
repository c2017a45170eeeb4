"""The names of what files of entries can be, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from domain.wording import Sentence
from web.services.desk.exporting.exporting_forms import Form
from web.services.desk.exporting.exporting_plans import Every

FORMS: Mapping[str, Sentence] = {
    Form.CSV: Sentence("CSV, for Excel and others", "CSV（Excel 等）"),
    Form.XLSX: Sentence("Excel workbook", "Excel 工作簿"),
    Form.JSONL: Sentence("JSON Lines, for programs", "JSON Lines（供程序使用）"),
}
STATES: Mapping[str, Sentence] = {
    "waiting": Sentence("Waits for a second person", "待第二人同意"),
    "making": Sentence("Being made", "正在生成"),
    "ready": Sentence("Ready", "可下载"),
    "failed": Sentence("Could not be made", "未能生成"),
    "withdrawn": Sentence("Withdrawn", "已撤回"),
}
TROUBLES: Mapping[str, Sentence] = {
    "disk": Sentence(
        "The file could not be written; the server's disk may be full.", "文件无法写入，服务器磁盘可能已满。"
    ),
    "stopped": Sentence(
        "The server was stopped three times while it made this. Order fewer entries at once.",
        "服务器在生成时已三次中断，请缩小范围后再导出。",
    ),
    "folder": Sentence(
        "The folder for scheduled files is full or missing; the file waits and is put there later.",
        "定期导出的目录已满或不存在，文件暂存，恢复后自动放入。",
    ),
    "place": Sentence(
        "A place of its filter is gone, or no longer yours to see. Order it again without that place.",
        "筛选中的地点已不存在，或您已无权查看。请去掉该地点后重新导出。",
    ),
    "account": Sentence("The account that ordered it is closed.", "导出账号已停用。"),
}
EVERY: Mapping[str, Sentence] = {
    Every.DAY: Sentence("Every day, the day before", "每天，前一天"),
    Every.WEEK: Sentence("Every Monday, the week before", "每周一，前一周"),
    Every.MONTH: Sentence("On the 1st, the month before", "每月 1 日，上个月"),
}
