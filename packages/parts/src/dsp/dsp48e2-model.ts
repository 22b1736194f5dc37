// A functional model of AMD's DSP48E2 in Verilog, so that netlists simulate without the vendor's files. Written from the
// slice's documented behaviour (UG579): registers, pre-adder, multiplier, W, X, Y and Z multiplexers, ALU, cascades.
// Not modelled: SIMD, pattern detection, the wide XOR, carries between slices, MULTSIGN; their outputs are X, and parameters
// that ask for them stop the simulation. Synthesis sees an empty file: there the slice is the tool's own.

/** The text of `DSP48E2.v`. */
export const DSP48E2_MODEL = `\`ifndef SYNTHESIS
// Functional model of the DSP48E2 slice. SIMD, pattern detection, wide XOR and carry cascades are not modelled.
module DSP48E2 #(
  parameter integer ACASCREG = 1,
  parameter integer ADREG = 1,
  parameter integer ALUMODEREG = 1,
  parameter [15:0] AMULTSEL = "A",
  parameter integer AREG = 1,
  parameter [119:0] AUTORESET_PATDET = "NO_RESET",
  parameter [63:0] AUTORESET_PRIORITY = "RESET",
  parameter [55:0] A_INPUT = "DIRECT",
  parameter integer BCASCREG = 1,
  parameter [15:0] BMULTSEL = "B",
  parameter integer BREG = 1,
  parameter [55:0] B_INPUT = "DIRECT",
  parameter integer CARRYINREG = 1,
  parameter integer CARRYINSELREG = 1,
  parameter integer CREG = 1,
  parameter integer DREG = 1,
  parameter integer INMODEREG = 1,
  parameter [3:0] IS_ALUMODE_INVERTED = 4'd0,
  parameter [0:0] IS_CARRYIN_INVERTED = 1'b0,
  parameter [0:0] IS_CLK_INVERTED = 1'b0,
  parameter [4:0] IS_INMODE_INVERTED = 5'd0,
  parameter [8:0] IS_OPMODE_INVERTED = 9'd0,
  parameter [0:0] IS_RSTALLCARRYIN_INVERTED = 1'b0,
  parameter [0:0] IS_RSTALUMODE_INVERTED = 1'b0,
  parameter [0:0] IS_RSTA_INVERTED = 1'b0,
  parameter [0:0] IS_RSTB_INVERTED = 1'b0,
  parameter [0:0] IS_RSTCTRL_INVERTED = 1'b0,
  parameter [0:0] IS_RSTC_INVERTED = 1'b0,
  parameter [0:0] IS_RSTD_INVERTED = 1'b0,
  parameter [0:0] IS_RSTINMODE_INVERTED = 1'b0,
  parameter [0:0] IS_RSTM_INVERTED = 1'b0,
  parameter [0:0] IS_RSTP_INVERTED = 1'b0,
  parameter [47:0] MASK = 48'h3FFFFFFFFFFF,
  parameter integer MREG = 1,
  parameter integer OPMODEREG = 1,
  parameter [47:0] PATTERN = 48'd0,
  parameter [7:0] PREADDINSEL = "A",
  parameter integer PREG = 1,
  parameter [47:0] RND = 48'd0,
  parameter [111:0] SEL_MASK = "MASK",
  parameter [55:0] SEL_PATTERN = "PATTERN",
  parameter [63:0] USE_MULT = "MULTIPLY",
  parameter [71:0] USE_PATTERN_DETECT = "NO_PATDET",
  parameter [47:0] USE_SIMD = "ONE48",
  parameter [39:0] USE_WIDEXOR = "FALSE",
  parameter [87:0] XORSIMD = "XOR24_48_96"
) (
  output wire [29:0] ACOUT,
  output wire [17:0] BCOUT,
  output wire        CARRYCASCOUT,
  output wire [3:0]  CARRYOUT,
  output wire        MULTSIGNOUT,
  output wire        OVERFLOW,
  output wire [47:0] P,
  output wire        PATTERNBDETECT,
  output wire        PATTERNDETECT,
  output wire [47:0] PCOUT,
  output wire        UNDERFLOW,
  output wire [7:0]  XOROUT,
  input  wire [29:0] A,
  input  wire [29:0] ACIN,
  input  wire [3:0]  ALUMODE,
  input  wire [17:0] B,
  input  wire [17:0] BCIN,
  input  wire [47:0] C,
  input  wire        CARRYCASCIN,
  input  wire        CARRYIN,
  input  wire [2:0]  CARRYINSEL,
  input  wire        CEA1,
  input  wire        CEA2,
  input  wire        CEAD,
  input  wire        CEALUMODE,
  input  wire        CEB1,
  input  wire        CEB2,
  input  wire        CEC,
  input  wire        CECARRYIN,
  input  wire        CECTRL,
  input  wire        CED,
  input  wire        CEINMODE,
  input  wire        CEM,
  input  wire        CEP,
  input  wire        CLK,
  input  wire [26:0] D,
  input  wire [4:0]  INMODE,
  input  wire        MULTSIGNIN,
  input  wire [8:0]  OPMODE,
  input  wire [47:0] PCIN,
  input  wire        RSTA,
  input  wire        RSTALLCARRYIN,
  input  wire        RSTALUMODE,
  input  wire        RSTB,
  input  wire        RSTC,
  input  wire        RSTCTRL,
  input  wire        RSTD,
  input  wire        RSTINMODE,
  input  wire        RSTM,
  input  wire        RSTP
);
  // The registers are there whatever the parameters say; the parameters choose what is read.
  reg [29:0] a1_q, a2_q;
  reg [17:0] b1_q, b2_q;
  reg [26:0] d_q, ad_q;
  reg [47:0] c_q, p_q;
  reg [44:0] m_q;
  reg [8:0]  opmode_q;
  reg [4:0]  inmode_q;
  reg [3:0]  alumode_q;
  reg        carryin_q;

  initial begin
    a1_q = 30'd0; a2_q = 30'd0; b1_q = 18'd0; b2_q = 18'd0; d_q = 27'd0; ad_q = 27'd0; c_q = 48'd0; p_q = 48'd0;
    m_q = 45'd0; opmode_q = 9'd0; inmode_q = 5'd0; alumode_q = 4'd0; carryin_q = 1'b0;
    if (USE_SIMD != "ONE48" || USE_PATTERN_DETECT != "NO_PATDET" || USE_WIDEXOR != "FALSE" || IS_CLK_INVERTED != 1'b0) begin
      $display("DSP48E2 model: SIMD, pattern detection, wide XOR and an inverted clock are not modelled");
      $finish;
    end
  end

  wire [8:0]  opmode  = OPMODEREG == 1 ? opmode_q : OPMODE ^ IS_OPMODE_INVERTED;
  wire [4:0]  inmode  = INMODEREG == 1 ? inmode_q : INMODE ^ IS_INMODE_INVERTED;
  wire [3:0]  alumode = ALUMODEREG == 1 ? alumode_q : ALUMODE ^ IS_ALUMODE_INVERTED;
  wire        carryin = CARRYINREG == 1 ? carryin_q : CARRYIN ^ IS_CARRYIN_INVERTED;

  wire [29:0] a_in = A_INPUT == "CASCADE" ? ACIN : A;
  wire [17:0] b_in = B_INPUT == "CASCADE" ? BCIN : B;
  wire [29:0] a1   = AREG == 2 ? a1_q : a_in;
  wire [29:0] a2   = AREG == 0 ? a_in : a2_q;
  wire [17:0] b1   = BREG == 2 ? b1_q : b_in;
  wire [17:0] b2   = BREG == 0 ? b_in : b2_q;
  wire [26:0] d    = DREG == 1 ? d_q : D;
  wire [47:0] c    = CREG == 1 ? c_q : C;

  // Pre-adder: the operand that PREADDINSEL names can be held at zero.
  wire [26:0] a_pre = PREADDINSEL == "A" && inmode[1] ? 27'd0 : inmode[0] ? a1[26:0] : a2[26:0];
  wire [17:0] b_pre = PREADDINSEL == "B" && inmode[1] ? 18'd0 : inmode[4] ? b1 : b2;
  wire [26:0] d_pre = inmode[2] ? d : 27'd0;
  wire [26:0] other = PREADDINSEL == "B" ? {{9{b_pre[17]}}, b_pre} : a_pre;
  wire [26:0] ad_in = inmode[3] ? d_pre - other : d_pre + other;
  wire [26:0] ad    = ADREG == 1 ? ad_q : ad_in;

  wire [26:0] a_mult = AMULTSEL == "AD" ? ad : a_pre;
  wire [17:0] b_mult = BMULTSEL == "AD" ? ad[17:0] : b_pre;
  wire [44:0] m_in   = {{18{a_mult[26]}}, a_mult} * {{27{b_mult[17]}}, b_mult};
  wire [44:0] m_now  = MREG == 1 ? m_q : m_in;
  wire [47:0] m      = USE_MULT == "NONE" ? 48'd0 : {{3{m_now[44]}}, m_now};

  reg [47:0] w, x, y, z;

  always @* begin
    case (opmode[8:7])
      2'b00:   w = 48'd0;
      2'b01:   w = p_q;
      2'b10:   w = RND;
      default: w = c;
    endcase
    case (opmode[1:0])
      2'b00:   x = 48'd0;
      2'b01:   x = m;
      2'b10:   x = p_q;
      default: x = {a2, b2};
    endcase
    case (opmode[3:2])
      2'b10:   y = 48'hFFFFFFFFFFFF;
      2'b11:   y = c;
      default: y = 48'd0;  // 01: the other half of the product
    endcase
    case (opmode[6:4])
      3'b000:  z = 48'd0;
      3'b001:  z = PCIN;
      3'b010:  z = p_q;
      3'b011:  z = c;
      3'b100:  z = p_q;
      3'b101:  z = {{17{PCIN[47]}}, PCIN[47:17]};
      3'b110:  z = {{17{p_q[47]}}, p_q[47:17]};
      default: z = 48'd0;
    endcase
  end

  wire [47:0] wxyc = w + x + y + {47'd0, carryin};
  reg  [47:0] alu;

  always @* begin
    case (alumode)
      4'b0000: alu = z + wxyc;
      4'b0011: alu = z - wxyc;
      4'b0001: alu = ~z + wxyc;
      4'b0010: alu = ~(z + wxyc);
      default: alu = {48{1'bx}};
    endcase
  end

  always @(posedge CLK) begin
    if (RSTA ^ IS_RSTA_INVERTED) begin
      a1_q <= 30'd0;
      a2_q <= 30'd0;
    end else begin
      if (CEA1) a1_q <= a_in;
      if (CEA2) a2_q <= a1;
    end
    if (RSTB ^ IS_RSTB_INVERTED) begin
      b1_q <= 18'd0;
      b2_q <= 18'd0;
    end else begin
      if (CEB1) b1_q <= b_in;
      if (CEB2) b2_q <= b1;
    end
    if (RSTD ^ IS_RSTD_INVERTED) begin
      d_q  <= 27'd0;
      ad_q <= 27'd0;
    end else begin
      if (CED) d_q <= D;
      if (CEAD) ad_q <= ad_in;
    end
    if (RSTC ^ IS_RSTC_INVERTED) c_q <= 48'd0;
    else if (CEC) c_q <= C;
    if (RSTM ^ IS_RSTM_INVERTED) m_q <= 45'd0;
    else if (CEM) m_q <= m_in;
    if (RSTP ^ IS_RSTP_INVERTED) p_q <= 48'd0;
    else if (CEP) p_q <= alu;
    if (RSTCTRL ^ IS_RSTCTRL_INVERTED) opmode_q <= 9'd0;
    else if (CECTRL) opmode_q <= OPMODE ^ IS_OPMODE_INVERTED;
    if (RSTINMODE ^ IS_RSTINMODE_INVERTED) inmode_q <= 5'd0;
    else if (CEINMODE) inmode_q <= INMODE ^ IS_INMODE_INVERTED;
    if (RSTALUMODE ^ IS_RSTALUMODE_INVERTED) alumode_q <= 4'd0;
    else if (CEALUMODE) alumode_q <= ALUMODE ^ IS_ALUMODE_INVERTED;
    if (RSTALLCARRYIN ^ IS_RSTALLCARRYIN_INVERTED) carryin_q <= 1'b0;
    else if (CECARRYIN) carryin_q <= CARRYIN ^ IS_CARRYIN_INVERTED;
  end

  assign P     = PREG == 1 ? p_q : alu;
  assign PCOUT = P;
  assign ACOUT = ACASCREG == AREG ? a2 : a1;
  assign BCOUT = BCASCREG == BREG ? b2 : b1;

  assign CARRYCASCOUT   = 1'bx;
  assign CARRYOUT       = 4'bxxxx;
  assign MULTSIGNOUT    = 1'bx;
  assign OVERFLOW       = 1'bx;
  assign PATTERNBDETECT = 1'bx;
  assign PATTERNDETECT  = 1'bx;
  assign UNDERFLOW      = 1'bx;
  assign XOROUT         = 8'hxx;

  wire _unused = &{1'b0, CARRYCASCIN, MULTSIGNIN, CARRYINSEL, ACIN, BCIN, A, B, MASK, PATTERN, CARRYINSELREG[0],
    AUTORESET_PATDET != "", AUTORESET_PRIORITY != "", SEL_MASK != "", SEL_PATTERN != "", XORSIMD != ""};
endmodule
\`endif
`;
