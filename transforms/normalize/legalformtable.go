package normalize

// stateWords follow the legal form of a firm that is being set up or wound up.
const stateWords = "=io; in oprichting; en formation; en constitution; in grundung; in vereffening; en liquidation; in liquidatie; in liquidation; in faillissement; en faillite"

// legalFormTable holds a line per legal form: code, "person" for a natural
// person's, labels by language; after the slash the codes that registers have for
// it and for those that it replaced: kbo of the Belgian enterprise register (and,
// with m before them, of the balance sheet office), elf of ISO 20275, insee the
// first digits of the French nature juridique, of which the longest counts; and
// after the colon the folded spellings ("and"
// for every and-sign). Dots are gone by then: B.V.B.A. is bvba, Comm.V is
// "comm v". Marks before a spelling:
//
//	^  also in front of the name      <  only in front
//	*  anywhere in the name           @  only in its own country
//	!  abolished, replaced by this    =  only in capitals or dotted
//	~  not with one capital
const legalFormTable = `
BE-BV nl=BV, fr=SRL, de=GmbH / kbo 610 015 010 215 510 515 616; elf 3W7E N5NT C609 PVT3 JNAD L05H V8L7 : ^bv; ^srl; @gmbh; *!bvba; *!sprl; *!ebvba; *!sprlu; !ebvba s; !sprl s; !bvba starter; !sprl starter; !bvba so; !sprl fs; !pgmbh; ^!bv bvba; !bv ovv bvba; !bvv bvba; !bvbvba; ^!sc sprl; !scsprl; !sprl unipersonnelle; ^besloten vennootschap; ^!besloten vennootschap met beperkte aansprakelijkheid; ^@societe a responsabilite limitee; ^!societe privee a responsabilite limitee; !b v b a; !s p r l; bv so; srl fs; bv pr; srl dpu
BE-NV nl=NV, fr=SA, de=AG / kbo 014 013 114 213 214 513 514 614; elf R85P U2PN 1TX8 TPTU V7FT ZSFX XQZX KLBO : ^nv; ^~sa; @~ag; ^naamloze vennootschap; ^@societe anonyme; bv nv; bv ovv nv; sc sa; nv so; sa fs; nv van publiek recht; sa de droit public; nv pr; sa dpu; !*comm va; !@cva; !@sca; !commva; ^!commanditaire vennootschap op aandelen; ^!@societe en commandite par actions
BE-CV nl=CV, fr=SC, de=Gen. / kbo 706 008 009 016 108 109 116 208 508 608 716; elf 28FE 8E2A 2QSA JAM3 X8ZK O5HQ : cv; @=sc; *!cvba; *!scrl; !cvba so; !scrl fs; ^!bv cvba; !bv ovv cvba; ^!sc scrl; !scscrl; ^@cooperatieve vennootschap; ^@societe cooperative; ^!cooperatieve vennootschap met beperkte aansprakelijkheid; ^!societe cooperative a responsabilite limitee; cv so; !cvba vso; cv erkend als so; @coop; sc agreee; cv es
BE-COMMV nl=CommV, fr=SComm, de=KommG / kbo 612 012 212 512 617; elf MQH3 LWV6 XLEO T922 : *commv; *scomm; ^!comm v; ^!s comm; !*gcv; ^!@scs; !bv gcv; !bv commv; !bv comm v; !sc scs; ^@commanditaire vennootschap; ^!gewone commanditaire vennootschap; ^@societe en commandite; ^!@societe en commandite simple; @kommg
BE-VOF nl=VOF, fr=SNC, de=OHG / kbo 011 006 007 025 060 106 107 206 211 225 260 506 511 560 606; elf UW1Y B910 LWHF 4E5P EXY8 WTLP J5OU O59C ZOK2 U5KF UCT9 : ^vof; ^snc; @ohg; ^@vennootschap onder firma; ^@societe en nom collectif; bv vof; sc snc; *!cvoa; *!scri; !@esv; !@gie; !@=lv; !landbouwvennootschap; ^!s agr; ^!@societe agricole; !bv lv; !@sagr
BE-MS nl=maatschap, fr=société simple, de=einfache Gesellschaft / kbo 702 703 704 722; elf KM6O : ^@maatschap; ^@burgerlijke maatschap; ^societe simple; ^!@societe de droit commun; ^!tijdelijke maatschap; ^!stille maatschap; ^!@tijdelijke handelsvennootschap; ^!societe momentanee; ^!tijdelijke vereniging; !@=thv
BE-VZW nl=VZW, fr=ASBL, de=VoG / kbo 017 020 117; elf W3WH EDMK : *vzw; *asbl; @vog; ^vereniging zonder winstoogmerk; ^@association sans but lucratif; vzw pr; asbl dpu; ^!@beroepsvereniging; ^!@union professionnelle
BE-IVZW nl=IVZW, fr=AISBL, de=IVoG, en=INPA / kbo 125 325; elf V03J : *ivzw; *aisbl; ivog; ^internationale vereniging zonder winstoogmerk; ^association internationale sans but lucratif
BE-PS nl=private stichting, fr=fondation privée, de=Privatstiftung / kbo 026; elf Y1Q4 : ^private stichting; ^fondation privee; ^@privatstiftung; ^@stichting
BE-SON nl=stichting van openbaar nut, fr=fondation d'utilité publique, de=gemeinnützige Stiftung / kbo 029; elf ZUHK : ^stichting van openbaar nut; ^@fondation d utilite publique; @=fup
BE-VME nl=VME, fr=ACP / kbo 070 : *vme; ^@acp; ^vereniging van mede eigenaars; ^@association des coproprietaires
BE-EESV nl=EESV, fr=GEIE, de=EWIV / kbo 065 265; elf 7SJP : eesv; geie; @ewiv
BE-SE nl=SE, fr=SE, de=SE / kbo 027; elf 36KV : @=se; @societas europaea
BE-SCE nl=SCE, fr=SCE, de=SCE / kbo 001; elf YBHM : @=sce
BE-EP person nl=eenmanszaak, fr=entreprise individuelle, de=Einzelunternehmen, en=sole trader / elf 3N94 : ^eenmanszaak; ^@entreprise individuelle; ^@einzelunternehmen; @personne physique; @natuurlijk persoon; @entreprise personne physique; @onderneming natuurlijk persoon; @zelfstandige; @sole trader
NL-BV nl=BV / elf 54M6 : ^bv; ^@besloten vennootschap; ^@besloten vennootschap met beperkte aansprakelijkheid; bv ua
NL-NV nl=NV / elf B5PM : ^nv; ^@naamloze vennootschap
NL-VOF nl=VOF / elf 62Y3 : ^vof; ^vennootschap onder firma
NL-CV nl=CV / elf CODH : cv; ^@commanditaire vennootschap
NL-COOP nl=coöperatie / elf NFFH : <@cooperatie; <@cooperatieve vereniging; <@coop; @cooperatie ua; @cooperatief ua; @=ua; @cooperatie; @cooperatie u a; @u a; @cooperatie ba
NL-ST nl=stichting / elf V44D : ^stichting
NL-VER nl=vereniging / elf 33MN 8VFX : ^@vereniging
NL-EM person nl=eenmanszaak, en=sole trader / elf 4QXM : ^eenmanszaak; @zzp; @zzper
NL-MS nl=maatschap / elf 9AAK : ^maatschap
NL-OWM nl=OWM / elf DEO1 : ^owm; <@onderlinge waarborgmaatschappij
NL-VVE nl=VvE / elf GNXT : <@vve; <@vereniging van eigenaars; <@vereniging van eigenaren
NL-SE nl=SE / elf BBEB : @=se
NL-SCE nl=SCE / elf Y3ZB : @=sce
NL-EESV nl=EESV / elf 5WU6 : @eesv
FR-SARL fr=SARL / insee 54; elf V9QP : *sarl; sarl au; @s a r l; ^@societe a responsabilite limitee
FR-EURL fr=EURL / elf JN2P : *eurl; ^entreprise unipersonnelle a responsabilite limitee
FR-SAS fr=SAS / insee 57; elf 6CHY : ^@sas; =sas; ^societe par actions simplifiee
FR-SASU fr=SASU / elf LARO : *sasu; ^societe par actions simplifiee unipersonnelle
FR-SA fr=SA / insee 55 56; elf QVPB K65D 5VCF : ^~sa; ^@societe anonyme
FR-SNC fr=SNC / insee 5202 5203; elf H1U2 Q8E2 : ^snc; ^societe en nom collectif
FR-SCS fr=SCS / insee 5306 5307; elf VD7Z F0B6 : ^scs; ^@societe en commandite simple
FR-SCA fr=SCA / insee 5308 5309; elf DEG4 R59A : ^sca; ^@societe en commandite par actions
FR-SCI fr=SCI / insee 6540 6541; elf FY0F 8R2G : *sci; ^societe civile immobiliere
FR-SC fr=société civile / insee 6521 6532 6539 6542 6543 6551 6554 6558 6560 6561 6562 6563 6564 6565 6566 6567 6568 6569 6571 6572 6573 6574 6575 6576 6577 6578 6585 6589 6599; elf 1L24 HSYZ M1BJ DXQH : ^@societe civile; ^@societe civile professionnelle; ^@scp; ^@scm; ^@=sc; ^@sccv
FR-SCEA fr=SCEA / insee 6597; elf M673 : ^scea
FR-EARL fr=EARL / insee 6598; elf BAK2 : ^@earl; ^exploitation agricole a responsabilite limitee
FR-GAEC fr=GAEC / insee 6533; elf QCWO : ^gaec
FR-SELARL fr=SELARL / insee 5485; elf J9OZ GJJJ : *selarl; ^selarlu
FR-SELAS fr=SELAS / insee 5785; elf 3FCU : *selas; ^selasu
FR-SCOP fr=SCOP / insee 5458 5558 5658; elf V1Z5 XPX6 F6SZ : ^@scop; scop sa; scop sarl; ^scic
FR-GIE fr=GIE / insee 6220; elf R0B6 : ^@gie; ^@groupement d interet economique
FR-ASSO fr=association / insee 92; elf BEWI XH8C 491H HF2L : association loi 1901; ^@association loi 1901
FR-GEIE fr=GEIE / insee 6210; elf 6RUE : @geie
FR-SE fr=SE / insee 5800; elf TPNT : @=se
FR-EI person fr=EI, en=sole trader / insee 1; elf ZY9X : ^@=ei; ^eirl; ^@entreprise individuelle; ^@auto entrepreneur; ^@autoentrepreneur; ^@micro entreprise; ^@micro entrepreneur; ^@entrepreneur individuel; ^@auto entreprise
LU-SARL fr=S.à r.l., de=GmbH / elf DVXS : ^@sarl; ^sa rl; ^@societe a responsabilite limitee; @gmbh; @s a r l
LU-SARLS fr=S.à r.l.-S / elf EUT4 : ^sarl s; ^sa rl s; ^sarls; ^@societe a responsabilite limitee simplifiee
LU-SA fr=S.A., de=AG / elf 5GGB : ^@~sa; @~ag; ^@societe anonyme; sa spf; sa soparfi; @sa sicar
LU-SAS fr=S.A.S. / elf HHR4 : ^@sas; ^@societe par actions simplifiee
LU-SCS fr=SECS / elf 63P9 : ^secs; ^@scs; ^@societe en commandite simple
LU-SCA fr=SECA / elf 81G5 : ^seca; ^@sca; ^@societe en commandite par actions
LU-SCSP fr=SCSp / elf U8KA : ^scsp; ^secsp; ^societe en commandite speciale
LU-SNC fr=SENC / elf ATQY : ^senc; ^@snc; ^@societe en nom collectif
LU-SC fr=société coopérative / elf V5OS : ^@societe cooperative; @=sc; @scop
LU-SCI fr=SCI / elf SQ1A : ^@sci; ^@societe civile; ^@societe civile immobiliere
LU-ASBL fr=a.s.b.l. / elf 2JEI : *@asbl; ^@association sans but lucratif
LU-GIE fr=GIE / elf LCR0 : @gie
LU-SE fr=SE / elf WCEP : @=se
LU-EI person fr=entreprise individuelle, de=Einzelunternehmen, en=sole trader / elf 2IGL : ^@entreprise individuelle; ^@=ei; ^@einzelunternehmen
DE-GMBH de=GmbH / elf 2HBR : ^gmbh; ^mbh; g mbh; gesellschaft mit beschrankter haftung; gesellschaft mbh; ges mbh; gesmbh
DE-GGMBH de=gGmbH / elf SCE1 : ggmbh; gemeinnutzige gmbh
DE-UG de=UG (haftungsbeschränkt) / elf 63KS : @=ug; ug haftungsbeschrankt; @ug hb; unternehmergesellschaft; unternehmergesellschaft haftungsbeschrankt
DE-AG de=AG / elf 6QQB AMKW : ~ag; ^aktiengesellschaft
DE-KG de=KG / elf 8Z6G : kg; kommanditgesellschaft; gmbh and co kg; gmbh and co; gmbh co kg; gmbh kg; ag and co kg; se and co kg; ug and co kg; ug haftungsbeschrankt and co kg; stiftung and co kg; gmbh and cokg; gmbh and compagnie kg; kgaa and co kg; and co kg
DE-KGAA de=KGaA / elf T0YJ : kgaa; kommanditgesellschaft auf aktien; gmbh and co kgaa; se and co kgaa; ag and co kgaa
DE-OHG de=OHG / elf 40DB : ohg; offene handelsgesellschaft; gmbh and co ohg
DE-EG de=eG / elf AZFE US8E : @=eg; eingetragene genossenschaft
DE-EV de=e.V. / elf QZ3L : =ev; eingetragener verein
DE-GBR de=GbR / elf FR3V : gbr; gesellschaft burgerlichen rechts
DE-EK person de=e.K., en=sole trader / elf OL20 : =ek; e kfm; e kfr; e kffr; ekfm; ekfr; ekffr; e kaufmann; e kauffrau; eingetragener kaufmann; eingetragene kauffrau; ^@einzelunternehmen; @einzelfirma
DE-PARTG de=PartG / elf 8CM0 2YZO : partg; partnerschaftsgesellschaft; @partnerschaft; partg mbb; partgmbb; part mbb; part g mbb; partnerschaft mbb
DE-STIFTUNG de=Stiftung / elf V2YH : @stiftung
DE-SE de=SE / elf SGST : @=se
DE-VVAG de=VVaG / elf 13AV : vvag; versicherungsverein auf gegenseitigkeit
GB-LTD en=Ltd / elf H0PO HX6D 4GJI G12F C605 : ltd; limited; private limited company; cyf; cyfyngedig; co ltd; company limited; limitd; pvt ltd; private limited; company ltd; co limited
GB-PLC en=PLC / elf B6ES 55MA : plc; public limited company; ccc; cwmni cyfyngedig cyhoeddus
GB-LLP en=LLP / elf Z0EY WJ0A : llp; limited liability partnership; pac
GB-LP en=LP / elf ID30 : @=lp; @limited partnership
GB-CIC en=CIC / elf 17R0 : @cic; community interest company
GB-CIO en=CIO / elf 7T8N STX7 : @=cio; charitable incorporated organisation
GB-SOLE person en=sole trader : sole trader; sole proprietor
IE-LTD en=Ltd / elf MNQ7 LMIM : @ltd; @limited; teo; teoranta; @co ltd
IE-PLC en=PLC / elf VYAX : @plc
IE-DAC en=DAC / elf LGWG 5AX8 : dac; designated activity company
US-INC en=Inc. : inc; incorporated
US-CORP en=Corp. : corp; corporation
US-LLC en=LLC : llc; limited liability company
AT-GMBH de=GmbH : @gmbh; @gesmbh; @ges mbh; @gesellschaft mbh
AT-AG de=AG : @~ag
AT-KG de=KG : @kg; @gmbh and co kg
AT-EU person de=e.U., en=sole trader : @=eu; eingetragener unternehmer
CH-AG de=AG, fr=SA : @~ag; @~sa
CH-GMBH de=GmbH, fr=Sàrl : @gmbh; ^@sarl
IT-SRL it=S.r.l. : ^@srl; ^@srls; srl unipersonale
IT-SPA it=S.p.A. : @spa; =spa
ES-SL es=S.L. : @sl; =sl; slu; sociedad limitada
ES-SA es=S.A. : @~sa; @sau; sociedad anonima
PT-LDA pt=Lda. : lda; limitada; unipessoal lda
PT-SA pt=S.A. : @~sa
DK-APS da=ApS : aps; anpartsselskab
DK-AS da=A/S : @as; a s; aktieselskab
SE-AB sv=AB : @ab; =ab; aktiebolag; ab publ
FI-OY fi=Oy : oy; oyj; osakeyhtio
NO-AS no=AS : @as; asa
PL-SPZOO pl=Sp. z o.o. : sp zoo; sp z oo; sp z o o; spolka z oo; spolka z ograniczona odpowiedzialnoscia
PL-SA pl=S.A. : @~sa
CZ-SRO cs=s.r.o. : sro; spol sro; spol s ro
`
