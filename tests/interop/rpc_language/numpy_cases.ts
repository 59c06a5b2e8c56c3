/** Seeded calls of the routines that GDL has not, or computes otherwise, beside numpy and scipy. */

import { Arguments } from "./routine_cases.ts";

/** A call in both languages. */
export interface NumpyCase {
  readonly idl: string;
  readonly numpy: string;
}

/** The cases of one routine, and why it is not GDL that is asked. */
export interface NumpyRoutine {
  readonly name: string;
  readonly gdl: string;
  readonly make: (own: Arguments) => NumpyCase;
}

const DTYPES: { readonly [type: string]: string } = {
  byte: "u1",
  int: "i2",
  uint: "u2",
  long: "i4",
  float: "f4",
  double: "f8",
};

/** An array in both languages; numpy's axes are in the opposite order. */
function both(
  a: Arguments,
  shape: readonly number[],
  least: number,
  most: number,
  type = "float",
): NumpyCase {
  const idl = a.array(shape, least, most, type);
  const numbers = /\[([^\]]*)\]/.exec(idl)![1]!.replace(/[bLdu]/g, "");
  const numpy = `np.array([${numbers}],'${DTYPES[type]}').reshape(${
    JSON.stringify(shape.toReversed())
  })`;
  return { idl, numpy };
}

const size = (a: Arguments): number[] => [a.integer(4, 9), a.integer(4, 9)];

const STRUCTURES: readonly NumpyCase[] = [
  { idl: "replicate(1,3,3)", numpy: "np.ones((3,3))" },
  { idl: "[[0,1,0],[1,1,1],[0,1,0]]", numpy: "np.array([[0,1,0],[1,1,1],[0,1,0]])" },
  { idl: "[[1,1,0],[1,1,0],[0,0,0]]", numpy: "np.array([[1,1,0],[1,1,0],[0,0,0]])" },
];

const NONE = "it has no such routine";

/** What numpy and scipy are asked. */
export const NUMPY_ROUTINES: readonly NumpyRoutine[] = [
  {
    name: "SIGNUM",
    gdl: NONE,
    make(a) {
      const x = both(a, [a.integer(2, 9)], -2, 2, a.pick(["int", "long", "float", "double"]));
      return { idl: `signum(${x.idl})`, numpy: `np.sign(${x.numpy})` };
    },
  },
  {
    name: "MINMAX",
    gdl: NONE,
    make(a) {
      const x = both(a, size(a), -99, 99, a.real());
      return { idl: `minmax(${x.idl})`, numpy: `x=${x.numpy};[x.min(),x.max()]` };
    },
  },
  {
    name: "ISHFT",
    gdl: "bits that enter at the left are the sign's, not 0 as the manual says",
    make(a) {
      const type = a.pick(["int", "long"]);
      const x = both(a, [a.integer(2, 8)], -99, 99, type);
      const by = a.integer(1, 9);
      const wide = type === "int" ? "'u2').astype('u2')" : "'u4').astype('u4')";
      return {
        idl: `ishft(${x.idl},${-by})`,
        numpy: `(${x.numpy}.view(${wide}>>${by}).view('${DTYPES[type]}')`,
      };
    },
  },
  {
    name: "EIGENQL",
    gdl: NONE,
    make(a) {
      const n = a.integer(2, 6);
      const m = both(a, [n, n], -9, 9, a.float());
      const [option, order] = a.pick([
        ["", "w[::-1]"],
        [",/ascending", "w"],
        [",/absolute", "w[np.argsort(-np.abs(w))]"],
      ]);
      return {
        idl: `m=${m.idl} & m=m+transpose(m) & eigenql(m${option})`,
        numpy: `m=${m.numpy};w=np.linalg.eigvalsh((m+m.T).astype('f8'));${order}`,
      };
    },
  },
  {
    name: "EIGENQL EIGENVECTORS",
    gdl: NONE,
    make(a) {
      const n = a.integer(2, 5);
      const m = both(a, [n, n], -9, 9, "double");
      return {
        idl:
          `m=${m.idl} & m=m+transpose(m) & e=eigenql(m,eigenvectors=v) & d=dblarr(${n},${n}) & ` +
          `d[lindgen(${n})*${n + 1}]=e & transpose(v) ## d ## v`,
        numpy: `m=${m.numpy};m+m.T`,
      };
    },
  },
  {
    name: "SVDC",
    gdl: "it gives the values alone as ours does; here the three parts are multiplied",
    make(a) {
      const [n, m] = [a.integer(2, 4), a.integer(4, 6)];
      const x = both(a, [n, m], -9, 9, "double");
      return {
        idl: `m=${x.idl} & svdc,m,w,u,v & d=dblarr(${n},${n}) & d[lindgen(${n})*${n + 1}]=w & ` +
          "u ## d ## transpose(v)",
        numpy: x.numpy,
      };
    },
  },
  {
    name: "LABEL_REGION",
    gdl: NONE,
    make(a) {
      const x = both(a, [a.integer(4, 12), a.integer(4, 12)], 0, 1, "int");
      const all = a.next() < 0.5;
      return {
        idl: `label_region(${x.idl}${all ? ",/all_neighbors" : ""})`,
        numpy: `x=${x.numpy};y=np.zeros_like(x);y[1:-1,1:-1]=x[1:-1,1:-1];` +
          `nd.label(y,np.ones((3,3)) if ${all ? "True" : "False"} else None)[0]`,
      };
    },
  },
  {
    name: "DILATE",
    gdl: "it leaves the corners as they are",
    make(a) {
      const x = both(a, size(a), 0, 2, "byte");
      const structure = a.pick(STRUCTURES);
      return {
        idl: `dilate(${x.idl},${structure.idl})`,
        numpy: `nd.binary_dilation(${x.numpy}>0,${structure.numpy}).astype('u1')`,
      };
    },
  },
  {
    name: "DILATE GRAY",
    gdl: "it leaves the corners as they are",
    make(a) {
      const x = both(a, size(a), 0, 99, "byte");
      const structure = a.pick(STRUCTURES);
      return {
        idl: `dilate(${x.idl},${structure.idl},/gray)`,
        numpy: `nd.grey_dilation(${x.numpy},footprint=${structure.numpy}>0,mode='constant',cval=0)`,
      };
    },
  },
  {
    name: "ERODE GRAY",
    gdl: "it multiplies by the structure, so that a place outside it counts as 0",
    make(a) {
      const x = both(a, size(a), 0, 99, "byte");
      const structure = a.pick(STRUCTURES);
      return {
        idl: `erode(${x.idl},${structure.idl},/gray)`,
        numpy: `nd.grey_erosion(${x.numpy},footprint=${structure.numpy}>0,mode='constant',cval=0)`,
      };
    },
  },
  {
    name: "MORPH_OPEN",
    gdl: NONE,
    make(a) {
      const x = both(a, size(a), 0, 2, "byte");
      const structure = a.pick(STRUCTURES);
      return {
        idl: `morph_open(${x.idl},${structure.idl})`,
        numpy: `nd.binary_opening(${x.numpy}>0,${structure.numpy}).astype('u1')`,
      };
    },
  },
  {
    name: "MORPH_CLOSE",
    gdl: NONE,
    make(a) {
      const x = both(a, size(a), 0, 1, "byte");
      const structure = a.pick(STRUCTURES);
      return {
        idl: `morph_close(${x.idl},${structure.idl})`,
        numpy: `nd.binary_closing(${x.numpy}>0,${structure.numpy}).astype('u1')`,
      };
    },
  },
  {
    name: "ROT",
    gdl: "POLY_2D rounds places to a thousandth of a pixel, and keeps some that are outside",
    make(a) {
      const [w, h] = [a.integer(5, 9), a.integer(5, 9)];
      const x = both(a, [w, h], 0, 200, a.float());
      const [angle, size] = [a.number(-180, 180), a.number(1, 2)];
      const pivot = a.next() < 0.5;
      const [x0, y0] = [a.integer(1, 4), a.integer(1, 4)];
      return {
        idl: `rot(${x.idl},${angle},${size},${x0},${y0},/interp,missing=-1${
          pivot ? ",/pivot" : ""
        })`,
        numpy: `x=${x.numpy};t=np.radians(-(${angle}));c,s=np.cos(t)/${size},np.sin(t)/${size};` +
          `p=(${pivot ? `${x0},${y0}` : `(${w}-1)/2,(${h}-1)/2`});` +
          "j,i=np.indices(x.shape).astype('f8');i-=p[0];j-=p[1];" +
          `u=${x0}+c*i+s*j;v=${y0}-s*i+c*j;` +
          `r=nd.map_coordinates(x.astype('f8'),[v,u],order=1,mode='nearest');` +
          `e=1e-9;np.where((u<-e)|(u>${w}-1+e)|(v<-e)|(v>${h}-1+e),-1,r)`,
      };
    },
  },
  {
    name: "INTERPOLATE CUBIC",
    gdl: "outside the grid of pixels it takes other neighbours; ours repeats those at the edge",
    make(a) {
      const n = a.integer(4, 8);
      const x = both(a, [n], -20, 20, "double");
      const u = both(a, [6], 0, n - 1, "double");
      return {
        idl: `interpolate(${x.idl},${u.idl},cubic=-0.5)`,
        numpy: `x=${x.numpy};u=${u.numpy};a=-0.5;i=np.floor(u).astype(int);d=u-i;` +
          "near=lambda t:(a+2)*t**3-(a+3)*t**2+1;far=lambda t:a*(t**3-5*t**2+8*t-4);" +
          "at=lambda k:x[np.clip(k,0,len(x)-1)];" +
          "far(1+d)*at(i-1)+near(d)*at(i)+near(1-d)*at(i+1)+far(2-d)*at(i+2)",
      };
    },
  },
  {
    name: "INT_TABULATED",
    gdl: NONE,
    make(a) {
      const n = a.integer(4, 12);
      const y = both(a, [n], -20, 20, "double");
      const x = a.rising(n, -5, "double");
      return {
        idl: `int_tabulated(${x},${y.idl})`,
        numpy: `x=np.array(${x.replaceAll("d", "")});y=${y.numpy};n=4*-(-(len(x)-1)//4);` +
          "u=np.linspace(x[0],x[-1],n+1);z=si.CubicSpline(x,y,bc_type='natural')(u);" +
          "h=(x[-1]-x[0])/n;k=np.arange(4,n+1,4);" +
          "sum(2*h*(7*(z[k-4]+z[k])+32*(z[k-3]+z[k-1])+12*z[k-2])/45)",
      };
    },
  },
  {
    name: "PREWITT",
    gdl: "it cuts the image to integers",
    make(a) {
      const x = both(a, size(a), 0, 99, a.float());
      return {
        idl: `prewitt(${x.idl})`,
        numpy: `x=${x.numpy}.astype('f8');y=np.zeros_like(x);` +
          "y[1:-1,1:-1]=np.hypot(nd.prewitt(x,0),nd.prewitt(x,1))[1:-1,1:-1];y",
      };
    },
  },
  {
    name: "LAPLACIAN",
    gdl: NONE,
    make(a) {
      const x = both(a, size(a), 0, 99, a.pick(["int", "long", "float", "double"]));
      return {
        idl: `laplacian(${x.idl})`,
        numpy: `x=${x.numpy};y=np.zeros_like(x);y[1:-1,1:-1]=-nd.laplace(x)[1:-1,1:-1];y`,
      };
    },
  },
  {
    name: "CONVOL EDGE_MIRROR",
    gdl: "at the lower edges it does not repeat the first element, at the upper ones it does",
    make(a) {
      const type = a.pick(["int", "long", "float", "double"]);
      const x = both(a, size(a), -20, 20, type);
      const kernel = both(a, [3, 3], -3, 3, type);
      return {
        idl: `convol(${x.idl},${kernel.idl},/edge_mirror)`,
        numpy: `nd.correlate(${x.numpy},${kernel.numpy},mode='reflect')`,
      };
    },
  },
  {
    name: "CONVOL in three dimensions",
    gdl: "it is asked for fewer dimensions",
    make(a) {
      const x = both(a, [a.integer(3, 5), a.integer(3, 5), a.integer(3, 5)], -20, 20, "double");
      const kernel = both(a, [3, 3, 3], -3, 3, "double");
      const [edge, mode] = a.pick([
        ["wrap", "wrap"],
        ["truncate", "nearest"],
        ["zero", "constant"],
        ["mirror", "reflect"],
      ]);
      return {
        idl: `convol(${x.idl},${kernel.idl},/edge_${edge})`,
        numpy: `nd.correlate(${x.numpy},${kernel.numpy},mode='${mode}')`,
      };
    },
  },
  {
    name: "CONVOL NAN",
    gdl: "it scales otherwise where some of a kernel's elements do not count",
    make(a) {
      const x = both(a, size(a), 1, 20, "double");
      const kernel = both(a, [3, 3], 1, 3, "double");
      return {
        idl: `x=${x.idl} & x[5]=!values.d_nan & x[9]=!values.d_nan & ` +
          `convol(x,${kernel.idl},/nan,/normalize,/edge_zero)`,
        numpy: `x=${x.numpy};x.flat[5]=x.flat[9]=np.nan;k=${kernel.numpy};m=np.isfinite(x);` +
          "c=lambda v,b:nd.correlate(v,k,mode='constant',cval=b);" +
          "c(np.where(m,x,0),0)/c(m.astype('f8'),1)",
      };
    },
  },
  {
    name: "REGRESS",
    gdl: "its weights are others",
    make(a) {
      const [n, m] = [a.integer(1, 3), a.integer(6, 12)];
      const [x, y] = [both(a, [n, m], -9, 9, "double"), both(a, [m], -9, 9, "double")];
      return {
        idl: `r=regress(${x.idl},${y.idl},const=c) & [c,reform(r,${n})]`,
        numpy: `x=${x.numpy};np.linalg.lstsq(np.c_[np.ones(${m}),x],${y.numpy},rcond=None)[0]`,
      };
    },
  },
  {
    name: "REGRESS SIGMA",
    gdl: "its weights are others",
    make(a) {
      const [n, m] = [a.integer(1, 3), a.integer(7, 12)];
      const [x, y] = [both(a, [n, m], -9, 9, "double"), both(a, [m], -9, 9, "double")];
      return {
        idl: `r=regress(${x.idl},${y.idl},sigma=s) & s`,
        numpy: `x=np.c_[np.ones(${m}),${x.numpy}];y=${y.numpy};` +
          "p,r,_,_=np.linalg.lstsq(x,y,rcond=None);" +
          `np.sqrt(np.diag(np.linalg.inv(x.T@x))*r[0]/(${m}-${n}-1))[1:]`,
      };
    },
  },
  {
    name: "SVDFIT",
    gdl: "it calls a function of one's own",
    make(a) {
      const [n, m] = [a.integer(1, 4), a.integer(6, 12)];
      const y = both(a, [m], -9, 9, "double");
      const x = a.rising(m, -5, "double");
      const legendre = a.next() < 0.5;
      return {
        idl: `svdfit(${x}/9,${y.idl},${n}${legendre ? ",/legendre" : ""})`,
        numpy: `x=np.array(${x.replaceAll("d", "")})/9;v=np.polynomial.${
          legendre ? "legendre.legvander" : "polynomial.polyvander"
        }(x,${n - 1});np.linalg.lstsq(v,${y.numpy},rcond=None)[0]`,
      };
    },
  },
  {
    name: "GAUSSFIT",
    gdl: "it stops elsewhere on the way",
    make(a) {
      const terms = a.integer(3, 5);
      const [height, middle, width] = [a.integer(5, 20), a.integer(8, 12), a.integer(2, 3)];
      const noise = both(a, [20], -1, 1, "double");
      return {
        idl: `x=dindgen(20) & y=${height}*exp(-((x-${middle})/${width}d)^2/2)+${noise.idl}*0.1` +
          ` & g=gaussfit(x,y,p,nterms=${terms}) & p[0:2]`,
        numpy: `x=np.arange(20.);y=${height}*np.exp(-((x-${middle})/${width})**2/2)+` +
          `${noise.numpy}*0.1;f=lambda x,a,b,c,*p:a*np.exp(-((x-b)/c)**2/2)+` +
          "sum(q*x**k for k,q in enumerate(p));" +
          `so.curve_fit(f,x,y,[${height},${middle},${width}]+[0]*${
            terms - 3
          },xtol=1e-14,ftol=1e-14)[0][:3]`,
      };
    },
  },
  {
    name: "GAUSS2DFIT",
    gdl: "it has other starting values, and does not always come to the same end",
    make(a) {
      const [x0, y0] = [a.number(6, 9, "double"), a.number(4, 6, "double")];
      const [wx, wy] = [a.number(1, 3, "double"), a.number(1, 3, "double")];
      const noise = both(a, [16, 11], -1, 1, "double");
      const plain = (text: string): string => text.replace("d", "");
      return {
        idl: `x=dindgen(16)#replicate(1d,11) & y=replicate(1d,16)#dindgen(11) & ` +
          `z=3+9*exp(-(((x-${x0})/${wx})^2+((y-${y0})/${wy})^2)/2)+${noise.idl}*0.05 & ` +
          "g=gauss2dfit(z,p) & p",
        numpy: "y,x=np.indices((11,16)).astype('f8');" +
          "f=lambda q,c,h,u,v,s,t:(c+h*np.exp(-(((q[0]-s)/u)**2+((q[1]-t)/v)**2)/2)).ravel();" +
          `p=[3,9,${plain(wx)},${plain(wy)},${plain(x0)},${plain(y0)}];` +
          `z=f((x,y),*p)+${noise.numpy}.ravel()*0.05;` +
          "so.curve_fit(f,(x,y),z,p,xtol=1e-14,ftol=1e-14)[0]",
      };
    },
  },
  {
    name: "MEDIAN EVEN",
    gdl: "of even counts it averages others than the two in the middle",
    make(a) {
      const x = both(a, [a.integer(2, 14)], -9, 9, a.pick(["int", "long", "float", "double"]));
      return { idl: `median(${x.idl},/even)`, numpy: `np.median(${x.numpy})` };
    },
  },
  {
    name: "HIST_2D",
    gdl: "it is asked besides",
    make(a) {
      const n = a.integer(3, 40);
      const [x, y] = [both(a, [n], 0, 9, "int"), both(a, [n], 0, 7, "int")];
      return {
        idl: `hist_2d(${x.idl},${y.idl},max1=9,max2=7)`,
        numpy: `np.histogram2d(${y.numpy},${x.numpy},bins=(np.arange(9),np.arange(11)))[0]`,
      };
    },
  },
  {
    name: "BUTTERWORTH",
    gdl: NONE,
    make(a) {
      const [n, m] = [a.integer(2, 9), a.integer(2, 9)];
      const [cutoff, order] = [a.integer(1, 9), a.integer(1, 3)];
      return {
        idl: `butterworth(${n},${m},cutoff=${cutoff},order=${order})`,
        numpy: `f=lambda n:np.minimum(np.arange(n),n-np.arange(n));` +
          `r=np.hypot(f(${m})[:,None],f(${n})[None,:]);1/np.sqrt(1+(r/${cutoff})**(2*${order}))`,
      };
    },
  },
  {
    name: "RANDOMU",
    gdl: "it draws single numbers of 32 bits",
    make(a) {
      const [seed, n] = [a.integer(0, 2 ** 31 - 1), a.integer(2, 700)];
      return {
        idl: `randomu(${seed}L,${n}${",/double"})`,
        numpy: `np.random.RandomState(${seed}).random_sample(${n})`,
      };
    },
  },
  {
    name: "RANDOMU again",
    gdl: "the state that a seed becomes is its own",
    make(a) {
      const [seed, n] = [a.integer(0, 2 ** 31 - 1), a.integer(1, 9)];
      return {
        idl: `s=${seed}L & a=randomn(s,${n}) & randomn(s,5,/double)`,
        numpy: `r=np.random.RandomState(${seed});r.standard_normal(${n});r.standard_normal(5)`,
      };
    },
  },
  {
    name: "RANDOMN",
    gdl: "it makes them of other words",
    make(a) {
      const [seed, n] = [a.integer(0, 2 ** 31 - 1), a.integer(2, 300)];
      return {
        idl: `randomn(${seed}L,${n},/double)`,
        numpy: `np.random.RandomState(${seed}).standard_normal(${n})`,
      };
    },
  },
  {
    name: "RANDOMU POISSON",
    gdl: "it makes them of other words",
    make(a) {
      const seed = a.integer(0, 2 ** 31 - 1);
      const mean = a.pick(["0.5", "3", "9.5", "12", "100", "3000"]);
      return {
        idl: `randomu(${seed}L,40,poisson=${mean}d,/double)`,
        numpy: `np.random.RandomState(${seed}).poisson(${mean},40)`,
      };
    },
  },
  {
    name: "SPLINE",
    gdl: "its SPLINE is the natural spline of SPL_INIT, without a tension",
    make(a) {
      const n = a.integer(4, 9);
      const x = a.rising(n, -3, "double");
      const y = a.list(n, -9, 9, "double");
      const numbers = (list: string) => list.replaceAll("d", "");
      const t = a.list(5, -1, 1, "double");
      // Nearly without tension it is the cubic spline with the slopes of parabolas at its ends.
      return {
        idl: `x=${x} & t=x[0]+(x[${n - 1}]-x[0])*(${t}+1)/2 & float(spline(x,${y},t,0.001))`,
        numpy: `x=np.array(${numbers(x)});y=np.array(${numbers(y)});` +
          `t=x[0]+(x[-1]-x[0])*(np.array(${numbers(t)})+1)/2;` +
          "e=lambda i,j,k:np.polyval(np.polyder(np.polyfit(x[[i,j,k]],y[[i,j,k]],2)),x[i]);" +
          "si.CubicSpline(x,y,bc_type=((1,e(0,1,2)),(1,e(-1,-2,-3))))(t)",
      };
    },
  },
  {
    name: "ALOG2",
    gdl: NONE,
    make(a) {
      const x = both(a, [a.integer(2, 9)], 1, 99, a.float());
      return { idl: `alog2(${x.idl})`, numpy: `np.log2(${x.numpy})` };
    },
  },
  {
    name: "NINT",
    gdl: NONE,
    make(a) {
      const x = both(a, [a.integer(2, 9)], -99, 99, a.float());
      return { idl: `nint(${x.idl})`, numpy: `x=${x.numpy};np.sign(x)*np.floor(np.abs(x)+0.5)` };
    },
  },
  {
    name: "HISTOGRAM of floats",
    gdl: "its bins begin elsewhere; NBINS counts them without the last",
    make(a) {
      const x = both(a, [a.integer(3, 30)], 0, 30, a.float());
      const [size, most] = [a.integer(1, 5), a.integer(12, 30)];
      return {
        idl: `histogram(${x.idl},min=0,max=${most},binsize=${size})`,
        numpy: `x=${x.numpy};n=${most}//${size}+1;np.histogram(x[x<=${most}],` +
          `bins=np.arange(n+1)*${size})[0]`,
      };
    },
  },
  {
    name: "ROBUST_SIGMA",
    gdl: NONE,
    make(a) {
      const x = both(a, [a.integer(5, 20)], -99, 99, "double");
      return {
        idl: `robust_sigma(${x.idl})`,
        numpy: `x=${x.numpy};n=len(x);d=x-np.median(x);u=(d/(6*np.median(abs(d))/0.6745))**2;` +
          "k=u<=1;s=(d*d*(1-u)**4)[k].sum();t=((1-u)*(1-5*u))[k].sum();" +
          "np.sqrt(n*s/(t*(t-1)))",
      };
    },
  },
  {
    name: "RESISTANT_MEAN",
    gdl: NONE,
    make(a) {
      const x = both(a, [a.integer(8, 25)], -99, 99, "double");
      // With a cut that nothing exceeds it is the mean of what lies within it.
      return {
        idl: `resistant_mean,[${x.idl},5000d],6.0,m & m`,
        numpy: `${x.numpy}.mean()`,
      };
    },
  },
  {
    name: "CURVEFIT",
    gdl: "it calls a procedure of one's own",
    make(a) {
      const n = a.integer(8, 14);
      const noise = both(a, [n], -1, 1, "double");
      const [height, rate] = [a.integer(2, 6), a.integer(1, 4) / 8];
      return {
        idl: "pro f, x, a, y, p\n y = a[0]*exp(a[1]*x)\n" +
          " p = [[exp(a[1]*x)], [a[0]*x*exp(a[1]*x)]]\nend\n" +
          `x=dindgen(${n})/4 & y=${height}*exp(${-rate}*x)+0.01*${noise.idl} & ` +
          `c=[${height}.5d,${-rate}d] & r=curvefit(x,y,replicate(1d,${n}),c,function_name='f',` +
          "tol=1d-12,itmax=100) & float(c)",
        numpy: `x=np.arange(${n})/4;y=${height}*np.exp(${-rate}*x)+0.01*${noise.numpy};` +
          "f=lambda x,a,b:a*np.exp(b*x);" +
          `so.curve_fit(f,x,y,[${height}.5,${-rate}],xtol=1e-14,ftol=1e-14)[0]`,
      };
    },
  },
  ...["FXPAR", "SXPAR"].map((name): NumpyRoutine => ({
    name,
    gdl: NONE,
    make(a) {
      const value = a.pick(["7", "-3", "2.5", "1.25E3", "40000"]);
      const keyword = a.pick(["NAXIS1", "EXPTIME", "CRVAL2", "A"]);
      const cards = [
        `${"OTHER".padEnd(8)}= 99`,
        `${keyword.padEnd(8)}= ${value.padStart(20)} / a comment`,
        "END",
      ].map((card) => card.padEnd(80));
      return {
        idl: `${name.toLowerCase()}(['${cards.join("','")}'],'${keyword.toLowerCase()}')`,
        numpy: `from astropy.io import fits;fits.Header.fromstring('${cards.join("")}')` +
          `['${keyword}']`,
      };
    },
  })),
  ...["WCS_GET_COORD", "WCS_GET_PIXEL"].map((name): NumpyRoutine => ({
    name,
    gdl: NONE,
    make(a) {
      const number = (least: number, most: number) => a.number(least, most, "float");
      const [x, y] = [number(0, 99), number(0, 99)];
      const [u, v] = [number(9, 90), number(-60, 60)];
      const cards = [
        "NAXIS   = 2",
        "CTYPE1  = 'RA---TAN'",
        "CTYPE2  = 'DEC--TAN'",
        `CRPIX1  = ${number(1, 99)}`,
        `CRPIX2  = ${number(1, 99)}`,
        `CRVAL1  = ${u}`,
        `CRVAL2  = ${v}`,
        "CDELT1  = -0.01",
        "CDELT2  = 0.02",
        "CUNIT1  = 'deg'",
        "CUNIT2  = 'deg'",
        "END",
      ].map((card) => card.padEnd(80));
      const header = cards.map((card) => `'${card.replaceAll("'", "''")}'`).join();
      const wcs = "from astropy.io import fits;from astropy.wcs import WCS;" +
        `w=WCS(fits.Header.fromstring("${cards.join("")}"));`;
      return name === "WCS_GET_COORD"
        ? {
          idl: `wcs_get_coord([${header}],[${x}d,${y}d])`,
          numpy: `${wcs}np.array(w.wcs_pix2world(${x},${y},0))`,
        }
        : {
          idl: `wcs_get_pixel([${header}],[${u}d + 0.25,${v}d + 0.25])`,
          numpy: `${wcs}np.array(w.wcs_world2pix(${u}+0.25,${v}+0.25,0))`,
        };
    },
  })),
  {
    name: "FFT",
    gdl: "it is asked besides; here one dimension of two is transformed",
    make(a) {
      const x = both(a, [a.integer(2, 12), a.integer(2, 12)], -9, 9, "double");
      const axis = a.integer(1, 2);
      return {
        idl: `abs(fft(${x.idl},1,dimension=${axis}))`,
        numpy: `x=${x.numpy};np.abs(np.fft.ifft(x,axis=${2 - axis})*x.shape[${2 - axis}])`,
      };
    },
  },
];

/** The cases of a routine, made anew from its name. */
export function numpyCasesOf({ name, make }: NumpyRoutine, count: number): NumpyCase[] {
  let seed = 7;
  for (const character of name) seed = (31 * seed + character.charCodeAt(0)) >>> 0;
  const own = new Arguments(seed);
  return Array.from({ length: count }, () => make(own));
}
