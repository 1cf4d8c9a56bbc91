-- Markdown that a notebook's author wrote, or its code computed, made safe for a page: what is raw becomes the
-- text it is written in, attributes go, addresses may only lead to the web, to mail or to a file beside the page.

local schemes = { http = true, https = true, mailto = true }

local function safe(target)
  local scheme = target:match("^%s*([%w+.-]*):")
  return (scheme == nil or schemes[scheme:lower()]) and not target:match("^//")
end

local function lines(text)
  local inlines = pandoc.Inlines{}
  for line in text:gmatch("[^\n]+") do
    if #inlines > 0 then inlines:insert(pandoc.LineBreak()) end
    inlines:insert(pandoc.Str(line))
  end
  return inlines
end

return {
  {
    RawInline = function(raw) return pandoc.Str(raw.text) end,
    RawBlock = function(raw) return pandoc.Para(lines(raw.text)) end,
    -- pages ask no other host for anything, and a notebook's files are not beside its page
    Image = function(image) return image.caption end,
  },
  {
    Link = function(link)
      if not safe(link.target) then return link.content end
      return pandoc.Link(link.content, link.target)
    end,
    -- a brace behind code would be read as its attributes
    Inlines = function(inlines)
      for i = 1, #inlines - 1 do
        local after = inlines[i + 1]
        if inlines[i].t == "Code" and after.t == "Str" and after.text:match("^{") then
          inlines[i + 1] = pandoc.Str("\u{2060}" .. after.text)
        end
      end
      return inlines
    end,
    Code = function(code) return pandoc.Code(code.text) end,
    -- a class makes it a fenced block
    CodeBlock = function(code) return pandoc.CodeBlock(code.text, { class = "text" }) end,
    Header = function(header) return pandoc.Header(header.level, header.content) end,
    HorizontalRule = function() return {} end,
  },
}
