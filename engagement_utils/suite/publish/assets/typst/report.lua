-- Sets the classes of our markdown in type, with the functions of report.typ. Pandoc runs it for the PDF and
-- Quarto for both of its formats; a page needs no more of it than tables without fixed column widths.

local is_typst = FORMAT:match("typst") ~= nil

local function quoted(text)
  return '"' .. text:gsub("[%c]", " "):gsub('[\\"]', "\\%0") .. '"'
end

local function raw(text) return pandoc.RawBlock("typst", text) end
local function inline(text) return pandoc.RawInline("typst", text) end

-- `#name[ blocks ]`
local function call(name, blocks)
  local result = pandoc.Blocks{ raw("#" .. name .. "[") }
  result:extend(blocks)
  result:insert(raw("]"))
  return result
end

local function call_inline(name, inlines)
  local result = pandoc.Inlines{ inline("#" .. name .. "[") }
  result:extend(inlines)
  result:insert(inline("]"))
  return result
end

local function free_widths(tbl)
  tbl.colspecs = tbl.colspecs:map(function(spec) return { spec[1], nil } end)
  return tbl
end

if not is_typst then return { { Table = free_widths } } end

-- PDF/UA wants words for every formula: its TeX source
local function math(el)
  local typst = pandoc.write(pandoc.Pandoc{ pandoc.Plain{ el } }, "typst"):gsub("%s+$", "")
  if not typst:match("^%$.*%$$") then return pandoc.Code(el.text) end
  return inline("#formula(" .. quoted(el.text) .. ", " .. typst .. ");")
end

local function drawing(image)
  local alt = image.attributes["fig-alt"] or pandoc.utils.stringify(image.caption)
  return "drawing(" .. quoted(image.src) .. ", " .. quoted(alt) .. ")"
end

local function figure(fig)
  local image
  fig:walk{ Image = function(el) image = el end }
  if image == nil then return nil end
  local result = pandoc.Blocks{ raw("#figure(" .. drawing(image) .. ", kind: image, caption: [") }
  result:extend(fig.caption.long)
  result:insert(raw("])"))
  return result
end

local function figures(blocks)
  return blocks:walk{
    Figure = figure,
    Image = function(image) return inline("#" .. drawing(image)) end,
  }
end

-- The items of a list of findings, each behind the mark of its verdict.
local function marked(inlines)
  local first = inlines[1]
  if not (first and first.t == "Span" and first.classes:includes("verdict-mark")) then return nil end
  local result = pandoc.Inlines{ inline("#point(" .. quoted(pandoc.utils.stringify(first)) .. ")[") }
  for i = 2, #inlines do
    if not (i == 2 and inlines[i].t == "Space") then result:insert(inlines[i]) end
  end
  result:insert(inline("]"))
  return result
end

-- A wide table in parts, each with the first column; `sizes` are the further columns of each.
local function in_parts(tbl, sizes)
  local whole = pandoc.utils.to_simple_table(tbl)
  local result, at = pandoc.Blocks{}, 1
  for size in sizes:gmatch("%d+") do
    local columns = { 1 }
    for i = at + 1, at + tonumber(size) do columns[#columns + 1] = i end
    at = at + tonumber(size)
    local function pick(row)
      local picked = {}
      for _, c in ipairs(columns) do picked[#picked + 1] = row[c] end
      return picked
    end
    local widths = {}
    for i = 1, #columns do widths[i] = 0 end
    local rows = {}
    for i, row in ipairs(whole.rows) do rows[i] = pick(row) end
    local caption = #result == 0 and whole.caption or {}
    local part = pandoc.SimpleTable(caption, pick(whole.aligns), widths, pick(whole.headers), rows)
    result:insert(pandoc.utils.from_simple_table(part))
  end
  return result
end

-- from the inside out
local settings = { { "whole", "whole" }, { "anywhere", "anywhere" }, { "small", "small-table" }, { "turned", "turned" } }

-- A table as a figure of its own, so that its title and notes stay with it, whatever else treats tables.
local function captioned(tbl)
  local caption = tbl.caption.long
  tbl.caption = { long = {} }
  local written = pandoc.write(pandoc.Pandoc{ tbl }, "typst")
  local body = written:match("^#figure%(%s*align%(center%)%[(#table%(.*%))%]%s*,%s*kind: table%s*%)%s*$")
  if body == nil then
    return pandoc.Blocks{ table.unpack(caption), tbl }
  end
  local result = pandoc.Blocks{ raw("#figure(kind: table, caption: " .. (#caption > 0 and "[" or "none)[")) }
  if #caption > 0 then
    result:extend(caption)
    result:insert(raw("])["))
  end
  result:insert(raw(body .. "]"))
  return result
end

local function table_div(div)
  local blocks = pandoc.Blocks{}
  local parts = div.attributes.parts
  for _, block in ipairs(div.content) do
    if block.t ~= "Table" then
      blocks:insert(block)
    else
      for _, part in ipairs(parts and in_parts(block, parts) or { block }) do blocks:extend(captioned(part)) end
    end
  end
  for _, setting in ipairs(settings) do
    if div.classes:includes(setting[1]) then blocks = call(setting[2], blocks) end
  end
  return blocks
end

-- On paper a fold is open, and its heading says what the table's caption says.
local function fold(div)
  return div.content:filter(function(block) return block.t ~= "Header" end)
end

local function key_figures(div)
  local result = pandoc.Blocks{ raw("#key-figures(") }
  for _, block in ipairs(div.content) do
    result:insert(raw("["))
    result:extend(block.content)
    result:insert(raw("],"))
  end
  result:insert(raw(")"))
  return result
end

local divs = {
  ["report-fold"] = fold,
  ["report-table"] = table_div,
  ["key-figures"] = key_figures,
  ["content-hidden"] = function() return {} end,
  ["content-visible"] = function(div) return div.content end,
  apart = function() return {} end,
}
for _, name in ipairs{ "lead", "title-line", "main-points", "finding" } do
  divs[name] = function(div) return call(name, div.content) end
end

local spans = {
  ["caption-title"] = function(span) return pandoc.Strong(span.content) end,
  verdict = function(span) return call_inline("verdict", span.content) end,
  value = function(span) return call_inline("value", span.content) end,
  label = function(span) return call_inline("label-text", span.content) end,
  note = function(span) return call_inline("small", span.content) end,
  ["data-link"] = function(span) return call_inline("data-link", span.content) end,
  change = function(span) return call_inline("change", span.content) end,
}

local function by_class(handlers)
  return function(el)
    for _, class in ipairs(el.classes) do
      if handlers[class] then return handlers[class](el) end
    end
  end
end

return {
  { Table = free_widths, Math = math },
  { Para = function(p) local m = marked(p.content) return m and pandoc.Para(m) end,
    Plain = function(p) local m = marked(p.content) return m and pandoc.Plain(m) end },
  { Div = by_class(divs), Span = by_class(spans) },
  { Blocks = figures },
}
