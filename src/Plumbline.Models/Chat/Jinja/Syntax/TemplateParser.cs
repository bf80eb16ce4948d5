namespace Plumbline.Models.Chat.Jinja.Syntax;

/// <summary>Reads a template: text, written values, and statements.</summary>
internal sealed class TemplateParser
{
    private static readonly string[] Known =
        ["for", "if", "set", "macro", "call", "filter", "generation", "break", "continue", "raw"];

    private readonly TokenReader _reader;
    private readonly ExpressionParser _expressions;

    private TemplateParser(string source)
    {
        _reader = new TokenReader(Lexer.Read(source));
        _expressions = new ExpressionParser(_reader);
    }

    /// <summary>Whether the template marks what the assistant writes.</summary>
    internal bool HasGeneration { get; private set; }

    /// <summary>The statements of a template.</summary>
    /// <exception cref="JinjaException">The template cannot be read; the message names the line.</exception>
    internal static (Body Body, bool HasGeneration) Parse(string source)
    {
        var parser = new TemplateParser(source);
        Body body = parser.Block("the template", 1);
        return parser._reader.Next.Kind == TokenKind.End ? (body, parser.HasGeneration)
            : throw parser._reader.Fault($"'{{% {parser._reader.Next.Text} %}}' closes no block.");
    }

    // Statements up to a word that the block's owner knows; the mark before that word is taken, the word is next.
    private Body Block(string what, int start, params string[] ends)
    {
        StackRoom.Require();
        var statements = new List<Statement>();
        while (true)
        {
            Token token = _reader.Take();
            switch (token.Kind)
            {
                case TokenKind.Text:
                    statements.Add(new TextStatement(token.Line, token.Text));
                    break;
                case TokenKind.OutputStart:
                    statements.Add(new OutputStatement(token.Line, _expressions.ParseTuple()));
                    _reader.ExpectKind(TokenKind.OutputEnd, "after a value");
                    break;
                case TokenKind.BlockStart when ends.Any(_reader.IsAtWord) || IsStrayEnd(_reader.Next.Text):
                    return ends.Any(_reader.IsAtWord) || ends.Length == 0 ? new Body(statements)
                        : throw _reader.Fault($"'{_reader.Next.Text}' stands in {what} of line {start}, but {string.Join(" or ", ends.Select(end => $"'{end}'"))} was meant to.");
                case TokenKind.BlockStart:
                    statements.Add(Statement());
                    break;
                default:
                    return ends.Length == 0 ? new Body(statements) : throw _reader.Fault($"{what} of line {start} is not closed by '{{% {ends[^1]} %}}'.");
            }
        }
    }

    private static bool IsStrayEnd(string word) => word is "else" or "elif" || (word.StartsWith("end", StringComparison.Ordinal) && Known.Contains(word[3..]));

    private Statement Statement()
    {
        int line = _reader.Line;
        string word = _reader.ExpectName("after '{%'");
        return word switch
        {
            "for" => For(line),
            "if" => If(line),
            "set" => Set(line),
            "macro" => Macro(line),
            "call" => Call(line),
            "filter" => Filter(line),
            "generation" => Generation(line),
            "break" => Exit(line, Flow.Break),
            "continue" => Exit(line, Flow.Continue),
            _ => throw new JinjaException($"line {line}: there is no statement '{word}' in chat templates. The statements are {string.Join(", ", Known)}."),
        };
    }

    private ForStatement For(int line)
    {
        Expression target = _expressions.ParseTarget();
        _reader.ExpectWord("in", "after the names of 'for'");
        Expression items = _expressions.ParseTuple(withConditional: false);
        Expression? condition = _reader.TryTakeWord("if") ? _expressions.Parse() : null;
        if (_reader.IsAtWord("recursive"))
            throw _reader.Fault("recursive loops are not known here. A macro that calls itself does the same.");
        EndTag("for");
        Body body = Block("'for'", line, "else", "endfor");
        Body otherwise = new([]);
        if (_reader.TryTakeWord("else"))
        {
            EndTag("else");
            otherwise = Block("'for'", line, "endfor");
        }
        End("endfor");
        return new(line, target, items, condition, body, otherwise);
    }

    private IfStatement If(int line)
    {
        var branches = new List<(Expression, Body)>();
        Body otherwise = new([]);
        do
        {
            Expression condition = _expressions.ParseTuple();
            EndTag("if");
            branches.Add((condition, Block("'if'", line, "elif", "else", "endif")));
        }
        while (_reader.TryTakeWord("elif"));
        if (_reader.TryTakeWord("else"))
        {
            EndTag("else");
            otherwise = Block("'if'", line, "endif");
        }
        End("endif");
        return new(line, branches, otherwise);
    }

    private SetStatement Set(int line)
    {
        Expression target = _expressions.ParseTarget();
        if (_reader.TryTake("="))
        {
            Expression given = _expressions.ParseTuple();
            EndTag("set");
            return new(line, target, given);
        }
        List<FilterReference> filters = [];
        while (_reader.TryTake("|"))
            filters.Add(_expressions.FilterName());
        return new(line, target, Captured(line, "set", filters));
    }

    private OutputStatement Filter(int line)
    {
        List<FilterReference> filters = [];
        do
            filters.Add(_expressions.FilterName());
        while (_reader.TryTake("|"));
        return new(line, Captured(line, "filter", filters));
    }

    // The text of a block up to its end, put through filters.
    private Expression Captured(int line, string word, IEnumerable<FilterReference> filters)
    {
        EndTag(word);
        Expression block = new BlockText(line, Block($"'{word}'", line, $"end{word}"));
        End($"end{word}");
        return filters.Aggregate(block, (value, filter) => filter.On(value));
    }

    private MacroStatement Macro(int line)
    {
        string name = _reader.ExpectName("after 'macro'");
        _reader.Expect("(", "after the name of a macro");
        IReadOnlyList<Parameter> parameters = Parameters();
        EndTag("macro");
        Body body = Block("'macro'", line, "endmacro");
        End("endmacro");
        return new(line, name, parameters, body);
    }

    private CallStatement Call(int line)
    {
        IReadOnlyList<Parameter> parameters = _reader.TryTake("(") ? Parameters() : [];
        Call call = _expressions.Parse() as Call ?? throw new JinjaException($"line {line}: '{{% call %}}' needs a macro with its arguments in brackets.");
        EndTag("call");
        Body body = Block("'call'", line, "endcall");
        End("endcall");
        return new(line, call, parameters, body);
    }

    private GenerationStatement Generation(int line)
    {
        HasGeneration = true;
        EndTag("generation");
        Body body = Block("'generation'", line, "endgeneration");
        End("endgeneration");
        return new(line, body);
    }

    private LoopExit Exit(int line, Flow flow)
    {
        EndTag(flow == Flow.Break ? "break" : "continue");
        return new(line, flow);
    }

    private List<Parameter> Parameters()
    {
        var parameters = new List<Parameter>();
        while (!_reader.TryTake(")"))
        {
            if (parameters.Count > 0)
                _reader.Expect(",", "between parameters");
            if (_reader.TryTake(")"))
                break;
            parameters.Add(new(_reader.ExpectName("in the parameters"), _reader.TryTake("=") ? _expressions.Parse() : null));
        }
        return parameters;
    }

    private void EndTag(string word) => _reader.ExpectKind(TokenKind.BlockEnd, $"in '{word}'");

    private void End(string word)
    {
        _reader.ExpectWord(word, "at the end of a block");
        EndTag(word);
    }
}
